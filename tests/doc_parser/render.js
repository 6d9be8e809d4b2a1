// Renders Slate documents with shins: `node render.js SHINS FOLDER...`; each folder holds source/index.html.md, and page.html is
// written beside it. What shins cannot render is left out.
const fs = require("fs");
const path = require("path");

const [shins, ...folders] = process.argv.slice(2);
const { render } = require(shins);

(async () => {
  for (const folder of folders) {
    const source = path.join(folder, "source", "index.html.md");
    const page = await new Promise((done) =>
      render(fs.readFileSync(source, "utf8"), { root: folder, source, unsafe: true }, (error, html) => done(error ? "" : html)),
    );
    if (page) fs.writeFileSync(path.join(folder, "page.html"), page);
  }
})();
