"""Samples in Go, C#, Java, Kotlin, Swift, Objective-C and languages that are seldom shown: what their libraries for HTTP are given comes in, what is sent goes out.

A library is told by the words without which none of its samples does, and only where they send: routes of a server, and classes
that an SDK gives, say nothing.
"""

from __future__ import annotations

import re

from doc_parser.readers.samples import parts
from doc_parser.readers.samples.sent import Sent

_ADDRESS = r"\s*(?=[$@]*\"(?:https?:/|/|\{|[\w-]+[/?])|new Uri\(|\w*(?:[uU]r[il]|[eE]ndpoint)\b)"
"""What an address looks like, where the word before it is one that an SDK might have, too."""
_ASYNC = r"\.(Get|Post|Put|Patch|Delete)(?:AsJson|String|Stream|ByteArray|FromJson)?Async(?:<[^<>()]*>)?\("
_LOAD = r"\.(?:Down|Up)load(?:String|Data)(?:Task)?(?:Async)?\("
_SECOND = r"[^,()]*(?:\([^()]*\))?,\s*\"[A-Z]+\","
"""Behind the address, a method."""
_JSON = r"(?<![hH]eaders)\.(?:put|addProperty|accumulate)\(\s*(?=\")"
"""Members of an object that is put together one by one."""
_GO = parts.table(
    (r"\bhttp\.NewRequest\(", "method address body"),
    (r"\bhttp\.NewRequestWithContext\(", "context method address body"),
    (r"\bhttp\.(Get|Head)\(", "address"),
    (r"\bhttp\.(Post)\(", "address type body"),
    (r"\bhttp\.(Post)Form\(", "address form"),
    (r"\.Header\.(?:Add|Set)\(", "header value"),
    (r"(?<!Header)\.(?:Add|Set|WriteField)\(\s*(?=\")", "field value"),
    (r"\.SetBasicAuth\(", "user"),
)
_RESTSHARP = parts.table(
    (r"\bnew RestClient(?:Options)?\(|\.BaseUrl\s*=", "base"),
    (r"\bnew RestRequest\(\s*(?=Method\.)|\.Method\s*=\s*(?=Method\.)", "method"),
    (r"\bnew RestRequest\(\s*(?!Method\.)", "address method"),
    (r"\.(?:Execute)?(Get|Post|Put|Patch|Delete)(?:Async)?(?:<[^<>()]*>)?\(\s*request\b", ""),
    (r"\.Add(?:Json|String)?Body\(", "body"),
    (r"\.AddParameter\(\s*(?=\"(?:undefined\"|\w+/))", "type body"),
    (
        r"\.AddParameter\(\s*(?!\"(?:undefined\"|\w+/))(?![^;\n]*ParameterType\.(?:UrlSegment|HttpHeader))",
        "field value",
    ),
    (r"\.AddQueryParameter\(", "query value"),
    (r"\.AddHeader\(", "header value"),
    (r"\bnew HttpBasicAuthenticator\(", "user"),
)
_DOTNET = parts.table(
    (r"\bBaseAddress\s*=", "base"),
    (r"\bnew HttpRequestMessage\((?=\s*\w)|\.SendAsync\(\s*new HttpRequestMessage\(", "method address"),
    (rf"{_ASYNC}{_ADDRESS}", "address body"),
    (r"\bWebRequest\.Create(?:Http)?\(", "address"),
    (rf"{_LOAD}{_ADDRESS}(?={_SECOND})", "address method body"),
    (rf"{_LOAD}{_ADDRESS}(?!{_SECOND})", "address body"),
    (r"\bRequestUri\s*=", "address"),
    (r"\bMethod\s*=(?!=)", "method"),
    (r"\bContent\s*=(?!=)|\bJsonContent\.Create\(", "body"),
    (r"\bnew StringContent\(", "body encoding type"),
    (r"(?<!Console)\.Write(?:Async)?\(|\.GetBytes\(", "body"),
    (r"\bHeaders\.Add\(", "header value"),
    (r"\bContentType\s*=", "type"),
)
_UNIREST = parts.table(
    (r"\bUnirest\.(get|post|put|patch|delete|head|options)\(", "address"),
    (r"\.body\(", "body"),
    (r"\.field\(", "field value"),
    (r"\.queryString\(", "query value"),
    (r"\.header\(", "header value"),
    (r"\.basicAuth\(", "user"),
    (_JSON, "member value"),
)
_OKHTTP = parts.table(
    (r"\.url\(", "address"),
    (r"\.method\(", "method body"),
    (r"\.(post)\(|\.(put|patch|delete|get|head)\(\s*(?!\")", "body"),
    (r"\bRequestBody\.create\(", "body body"),
    (r"\.addFormDataPart\(|FormBody\.Builder\(\)\s*\.add\(|^\s*\.add(?:Encoded)?\(\s*(?=\")", "field value"),
    (r"\.(?:add|set)QueryParameter\(", "query value"),
    (r"\.(?:addHeader|header)\(", "header value"),
    (r"\bMediaType\.(?:parse|get)\(", "type"),
    (_JSON, "member value"),
)
_JAVA = parts.table(
    (r"\bnewBuilder\(\s*(?!\))|\.uri\(", "address"),
    (r"\.(GET|POST|PUT|DELETE|HEAD)\(", "body"),
    (r"\.method\(", "method body"),
    (r"\.(?:setHeader|header)\(", "header value"),
    (_JSON, "member value"),
)
_CONNECTION = parts.table(
    (r"(?<![\w.])(?:new\s+)?URL\(", "address"),
    (r"\bsetRequestMethod\(|\brequestMethod\s*=", "method"),
    (r"(?<!System\.out)\.(?:write|writeBytes|writeChars|print)\(", "body"),
    (r"\b(?:setRequestProperty|addRequestProperty)\(", "header value"),
    (_JSON, "member value"),
)
_APACHE = parts.table(
    (r"\bnew Http(Get|Post|Put|Patch|Delete|Head)\(", "address"),
    (r"\bnew StringEntity\(", "body type"),
    (r"\bnew BasicNameValuePair\(", "field value"),
    (r"\.(?:addHeader|setHeader)\(", "header value"),
    (_JSON, "member value"),
)
_SPRING = parts.table(
    (r"\b[rR]estTemplate(?:\(\))?\.(get|post|put|patch)For(?:Object|Entity)\(", "address body"),
    (r"\b[rR]estTemplate(?:\(\))?\.exchange\(", "address method"),
    (r"\bnew HttpEntity(?:<[^()]*>)?\(", "body"),
    (_JSON, "member value"),
)
_APPLE = parts.table(
    (r"\bURL(?:Components)?\(string:|\[NSURL URLWithString:", "address"),
    (r"\b(?:httpMethod|HTTPMethod)\s*=|\bsetHTTPMethod:", "method"),
    (r"\b(?:withJSONObject|dataWithJSONObject):", "body"),
    (r"\b(?:httpBody|HTTPBody)\s*=|\bsetHTTPBody:", "body"),
    (r"\[NSURLRequest requestWithURL:", ""),
)
_ALAMOFIRE = parts.table(
    (r"\b(?:AF|Alamofire)\.request\(", "address"),
    (r"\bmethod:", "method"),
    (r"\bparameters:", "body"),
)
_VERB = r"(get|post|put|patch|delete|head)"
_FLUENT = parts.table(
    (r"\.(get|post|put|patch|delete)\(\)\s*\.uri\(", "address"),
    (rf"\.{_VERB}\(\s*(?=\")", "address"),
    (r"\.bodyValue\(|\.body\(", "body"),
    (r"\.header\(", "header value"),
)
"""WebClient and REST Assured."""
_DART = parts.table(
    (rf"\b(?:http|client)\.{_VERB}\(\s*(?:Uri\.parse\(\s*)?", "address"),
    (r"\bUri\.parse\(", "address"),
    (r"\bbody:\s*(?:(?:jsonEncode|json\.encode)\(\s*)?", "body"),
)
_ELIXIR = parts.table((rf"\b(?:HTTPoison|Tesla|Req)\.{_VERB}!?[( ]", "address"))
_RUST = parts.table((r"\breqwest::(?:blocking::)?(get)\(", "address"))
_R = parts.table((r"(?<![.\w])(GET|POST|PUT|PATCH|DELETE)\(\s*(?:url\s*=\s*)?", "address"))
_PERL = parts.table(
    (r"\bHTTP::Request->new\(\s*[\"']?(GET|POST|PUT|PATCH|DELETE)[\"']?\s*(?:=>|,)", "address"),
    (rf"->{_VERB}\(\s*(?=[\"']https?:)", "address"),
    (r"[\"']?\b(?:Content|json)[\"']?\s*=>\s*", "body"),
)
"""Clients of PHP are called alike."""
_CLOJURE = parts.table((rf"\((?:client|http)/{_VERB}\s+", "address"))
_LARAVEL = parts.table((rf"\bHttp::(?:\w+\([^()]*\)\s*->)*{_VERB}\(", "address body"))
_WORDPRESS = parts.table((r"\bwp_(?:safe_)?remote_(get|post|head)\(", "address"), (r"[\"']body[\"']\s*=>\s*", "body"))
LIBRARIES: tuple[tuple[str, tuple[parts.Part, ...]], ...] = (
    (r"\bhttp\.(?:NewRequest|Get\(|Head\(|Post\(|PostForm\()", _GO),
    (r"\bnew RestRequest\(", _RESTSHARP),
    (r"\bHttpRequestMessage\b|\bWebRequest\.Create", _DOTNET),
    (rf"{_ASYNC}{_ADDRESS}|{_LOAD}{_ADDRESS}", _DOTNET),
    (r"\bUnirest\.\w+\(", _UNIREST),
    (r"\bRequest\.Builder\(\)", _OKHTTP),
    (r"\bHttpRequest\.newBuilder\(", _JAVA),
    (r"\bopenConnection\(", _CONNECTION),
    (r"\bnew Http(?:Get|Post|Put|Patch|Delete|Head)\(", _APACHE),
    (r"\b[rR]estTemplate(?:\(\))?\.(?:\w+For(?:Object|Entity)|exchange)\(", _SPRING),
    (r"\bURLRequest\b|\bURLSession\b|\bNSURL\b", _APPLE),
    (r"\b(?:AF|Alamofire)\.request\(", _ALAMOFIRE),
    (r"\.(?:get|post|put|patch|delete)\(\)\s*\.uri\(|\bgiven\(\)", _FLUENT),
    (r"\bUri\.parse\(", _DART),
    (r"\b(?:HTTPoison|Tesla|Req)\.\w+!?[( ]\s*\"", _ELIXIR),
    (r"\breqwest::(?:blocking::)?get\(", _RUST),
    (r"(?<![.\w])(?:httr::)?(?:GET|POST|PUT|PATCH|DELETE)\(\s*(?:url\s*=\s*)?[\"']https?:", _R),
    (r"\bHttp::\w+\(", _LARAVEL),
    (r"\bHTTP::Request->new\(|->(?:get|post|put|patch|delete|head)\(\s*[\"']https?:", _PERL),
    (r"\((?:client|http)/(?:get|post|put|patch|delete|head)\s", _CLOJURE),
    (r"\bwp_(?:safe_)?remote_(?:get|post|head)\(", _WORDPRESS),
)
"""Words that tell a library, and where the parts of its requests stand."""
HOLDS = (
    *("http.New", "http.Get(", "http.Head(", "http.Post", "Unirest", "Request.Builder", "openConnection", "new Http"),
    *("new RestRequest", "HttpRequest", "WebRequest", "Async(", "Async<", "loadString", "loadData", "estTemplate"),
    *(
        "URLRequest",
        "URLSession",
        "NSURL",
        "AF.request",
        "Alamofire",
        ".uri(",
        "given()",
        "Uri.parse(",
        "reqwest::get(",
        "blocking::get(",
    ),
    *(
        "HTTPoison",
        "Tesla.",
        "Req.",
        "GET(",
        "POST(",
        "PUT(",
        "PATCH(",
        "DELETE(",
        "HTTP::",
        "Http::",
        "wp_",
        "(client/",
        "(http/",
    ),
    *("->get(", "->post(", "->put(", "->patch(", "->delete(", "->head("),
)
TELLING = re.compile("|".join(telling for telling, _ in LIBRARIES))


def sent(code: str) -> Sent | None:
    """Read the request of a sample."""
    known = (table for telling, table in LIBRARIES if re.search(telling, code))
    return next(filter(None, (parts.request(code, table) for table in known)), None)
