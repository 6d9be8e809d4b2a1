"""Labels in other tongues: a heading, caption or column title comes in, its English goes out; unknown words stay as they are.

Only the words that documentation uses for labels are here, so that the vocabulary of `words` holds for
all of them. Tongues that put the owner last (`parámetros de la petición`) are turned round.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    # Spanish, Portuguese, French, German
    "parameters": "parámetros parametros parâmetros paramètres",
    "parameter": "parámetro parametro parâmetro paramètre",
    "request": "petición peticion solicitud requisição requisicao requisição solicitação pedido requête requete anfrage",
    "response": "respuesta respuestas resposta respostas retorno réponse réponses antwort",
    "example": "ejemplo ejemplos exemplo exemplos exemple exemples beispiel beispiele",
    "body": "cuerpo corpo corps",
    "headers": "cabeceras cabecera encabezados cabeçalhos cabeçalho",
    "field": "campo",
    "fields": "campos",
    "attributes": "atributos",
    "attribute": "atributo",
    "name": "nombre nome nom",
    "type": "tipo",
    "required": "requerido requerida obligatorio obligatoria obrigatório obrigatória obrigatorio obligatoire requis erforderlich",
    "optional": "opcional optionnel facultatif",
    "description": "descripción descripcion descrição descricao beschreibung",
    "property": "propiedad propriedade",
    "value": "valor",
    "values": "valores",
    "results": "resultado resultados résultat résultats resultat resultats ergebnis ergebnisse",
    "errors": "errores erros erreurs fehler",
    "code": "código codigo",
    "codes": "códigos codigos",
    "status": "estado",
    "yes": "sí sim",
    "no": "não",
    "authentication": "autenticación autenticação",
    "pagination": "paginación paginação",
    "introduction": "introducción introdução",
    "definition": "definición definição définition",
    "format": "formato",
    "rules": "règles reglas regras regeln",
    "validation": "validación validação",
}
_SLIPS = {
    "response": "responce reponse repsonse respone",
    "parameters": "paramaters paramters parametrs",
    "parameter": "paramater paramter",
    "request": "requst reqest",
}
"""English that was typed in haste."""
_CYRILLIC = {
    "parameters": "параметры параметров",
    "parameter": "параметр",
    "request": "запрос запроса",
    "response": "ответ ответа",
    "example": "пример примеры",
    "body": "тело",
    "headers": "заголовки",
    "fields": "поля",
    "field": "поле",
    "attributes": "атрибуты",
    "name": "название имя",
    "type": "тип",
    "required": "обязательный обязательное обязательно",
    "description": "описание",
    "value": "значение",
    "values": "значения",
    "errors": "ошибки",
    "code": "код",
    "codes": "коды",
    "status": "статус",
    "yes": "да",
    "no": "нет",
    "authentication": "аутентификация авторизация",
    "introduction": "введение",
}
_GLYPHS = {
    # Japanese, Chinese, Persian: words stand without blanks, or in forms of their own
    "parameters": "パラメータ パラメーター 参数 參數 پارامترهای پارامترها پارامتر",
    "request": "リクエスト 请求 請求 درخواست",
    "response": "レスポンス 応答 响应 回應 返回 پاسخ",
    "example": "サンプル 示例 例子 نمونه",
    "headers": "ヘッダー ヘッダ 请求头 هدر",
    "field": "フィールド 字段 فیلد",
    "name": "名称 名前 名字 نام",
    "type": "データ型 データタイプ 类型 類型 タイプ نوع",
    "required": "必須 必须 必填 是否必须 是否必需 الزامی اجباری ضروری",
    "optional": "任意 可选 اختیاری",
    "default": "デフォルト値 デフォルト 初期値 默认值 默认 پیش‌فرض پیش فرض",
    "description": "説明 描述 说明 توضیحات توضیح",
    "values": "値の範囲 取值范围",
    "errors": "エラー 错误 خطاها خطا",
    "codes": "コード 代码 کد",
    "status": "ステータス 状态 وضعیت",
    "authentication": "認証 认证 احراز هویت",
    "true": "はい 是 بله",
    "false": "いいえ 否 خیر",
}
_ENGLISH = {
    word: english
    for table in (_WORDS, _SLIPS, _CYRILLIC, _GLYPHS)
    for english, words in table.items()
    for word in words.split()
}
_KNOWN = re.compile(
    r"\b(?:"
    + "|".join(
        sorted(
            {word for table in (_WORDS, _SLIPS, _CYRILLIC) for words in table.values() for word in words.split()},
            key=len,
            reverse=True,
        )
    )
    + r")\b"
    "|" + "|".join(sorted({word for words in _GLYPHS.values() for word in words.split()}, key=len, reverse=True)),
    re.IGNORECASE,
)
_OWNER = re.compile(r"\s+(?:del?|d[ao]s?)(?:\s+l[ao]s?)?\s+", re.IGNORECASE)
_BY_DEFAULT = re.compile(r"\b(?:valor )?(?:por defecto|por omisi[oó]n|padr[aã]o)\b", re.IGNORECASE)
_OF_QUERY = re.compile(r"\b(par[aáâ]m[eè]tr[oe]s) (?:de (?:la )?consulta|de requ[eê]te)\b", re.IGNORECASE)
"""What a search asks for; `consulta` alone is the search itself."""
_WORD = re.compile(r"\w+")
_FOREIGN = frozenset(
    (
        *(word for table in (_WORDS, _SLIPS) for words in table.values() for word in words.split()),
        "por",
        "padrao",
        "parametres",
    )
)
"""Without one of these, and in plain letters, a label is English."""
_LONGEST = 200
"""Characters of a label."""


@lru_cache(maxsize=4096)
def english(label: str) -> str:
    """Give a label in English; one that holds no known word is given back."""
    if len(label) > _LONGEST or (label.isascii() and _FOREIGN.isdisjoint(_WORD.findall(label.lower()))):
        return label
    spoken = _OF_QUERY.sub("query parameters", _BY_DEFAULT.sub("default", label))
    turned = " ".join(reversed(_OWNER.split(spoken))) if _OWNER.search(spoken) else spoken
    translated = _KNOWN.sub(lambda match: f" {_ENGLISH[match[0].lower()]} ", turned)
    if translated == turned:
        return spoken if spoken != label else label
    return " ".join(translated.split())
