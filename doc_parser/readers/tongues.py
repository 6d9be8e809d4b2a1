"""Labels in other tongues: a heading, caption or column title comes in, its English goes out; unknown words stay as they are.

Only the words that documentation uses for labels are here, so that the vocabulary of `words` holds for
all of them. Tongues that put the owner last (`parámetros de la petición`) are turned round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from unicodedata import combining, normalize

_WORDS = {
    # Spanish, Portuguese, French, German, Italian, Dutch, Polish, Turkish, Danish, Norwegian, Swedish; those with accents are known without them as well
    "parameters": "parámetros parâmetros paramètres parametri parametry parametreler",
    "parameter": "parámetro parâmetro paramètre parametr parametre",
    "arguments": "argumentos argomenti argumente argumenten argumenter",
    "argument": "argumento argomento",
    "request": "petición solicitud requisição solicitação pedido requête anfrage richiesta verzoek aanvraag żądanie istek"
    " anfragen anforderung aufruf anmodning forespørsel begäran förfrågan",
    "response": "respuesta respuestas resposta respostas retorno réponse réponses antwort risposta antwoord odpowiedź yanıt antworten svar",
    "returns": "devuelve retorna renvoie retourne rückgabe rückgabewert rückgabewerte",
    "example": "ejemplo ejemplos exemplo exemplos exemple exemples beispiel beispiele esempio esempi voorbeeld voorbeelden przykład örnek eksempel eksempler exempel",
    "example request": "beispielanfrage beispielaufruf",
    "example response": "beispielantwort beispielrückgabe",
    "request parameters": "anfrageparameter",
    "body": "cuerpo corpo corps",
    "headers": "cabeceras cabecera encabezados cabeçalhos cabeçalho kopfzeilen intestazioni",
    "field": "campo champ feld veld alan felt fält",
    "fields": "campos champs felder campi velden alanlar felter",
    "attributes": "atributos attributs attributi attributen atrybuty",
    "attribute": "atributo attribut attributo attribuut atrybut",
    "key": "llave clave chave clé schlüssel",
    "name": "nombre nome nom naam nazwa isim navn namn",
    "type": "tipo typ tür",
    "required": "requerido requerida obligatorio obligatoria obrigatório obrigatória obligatoire requis erforderlich pflichtfeld"
    " obbligatorio obbligatoria verplicht wymagany wymagane wymagana zorunlu påkrævet påkrevd obligatorisk",
    "optional": "opcional optionnel facultatif opzionale facoltativo optioneel opcjonalny opcjonalne opsiyonel valgfri valfri",
    "default": "défaut standardwert standaard standaardwaarde domyślnie domyślna varsayılan",
    "description": "descripción descrição beschreibung descrizione beschrijving omschrijving opis açıklama beskrivelse beskrivning",
    "property": "propiedad propriedade propriété eigenschaft",
    "value": "valor valeur wert valore waarde wartość değer værdi verdi värde",
    "values": "valores valeurs werte valori waarden wartości değerler",
    "results": "resultado resultados résultat résultats ergebnis ergebnisse risultato risultati",
    "errors": "errores erros erreurs fehler errori fouten błędy hatalar",
    "code": "código codice kod",
    "codes": "códigos codici kody",
    "status": "estado",
    "yes": "sí sim sì",
    "no": "não nej",
    "authentication": "autenticación autenticação autenticazione",
    "pagination": "paginación paginação",
    "introduction": "introducción introdução introduzione",
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
    # Russian, and some Greek
    "parameters": "параметры параметров παράμετροι",
    "parameter": "параметр παράμετρος",
    "request": "запрос запроса",
    "response": "ответ ответа απάντηση",
    "returns": "возвращает",
    "example": "пример примеры παράδειγμα",
    "body": "тело",
    "headers": "заголовки",
    "fields": "поля πεδία",
    "field": "поле πεδίο",
    "attributes": "атрибуты",
    "attribute": "атрибут",
    "key": "ключ",
    "name": "название имя όνομα",
    "type": "тип τύπος",
    "required": "обязательный обязательное обязательно обязателен υποχρεωτικό",
    "default": "умолчанию",
    "description": "описание περιγραφή",
    "value": "значение τιμή",
    "values": "значения τιμές",
    "errors": "ошибки",
    "code": "код",
    "codes": "коды",
    "status": "статус",
    "yes": "да ναι",
    "no": "нет όχι",
    "authentication": "аутентификация авторизация",
    "introduction": "введение",
}
_GLYPHS = {
    # Japanese, Chinese, Korean, Persian: words stand without blanks, or in forms of their own
    "parameters": "パラメータ パラメーター 参数 參數 파라미터 파라메터 매개변수 پارامترهای پارامترها پارامتر",
    "request": "リクエスト 请求 請求 요청 درخواست",
    "response": "レスポンス 応答 响应 回應 返回 응답 پاسخ",
    "example": "サンプル 示例 例子 예시 예제 نمونه",
    "headers": "ヘッダー ヘッダ 请求头 헤더 هدر",
    "field": "フィールド 字段 필드 فیلد",
    "key": "キー 键 کلید",
    "name": "名称 名前 名字 参数名 参数名称 參數名 字段名 パラメータ名 パラメーター名 項目名 フィールド名 이름 필드명 파라미터명 نام",
    "type": "データ型 データタイプ 类型 類型 数据类型 数據類型 参数类型 タイプ 타입 자료형 نوع",
    "required": "必須 必须 必填 必选 是否必须 是否必需 是否必填 是否必选 필수 필수여부 الزامی اجباری ضروری",
    "optional": "任意 可选 选填 선택 اختیاری",
    "default": "デフォルト値 デフォルト 初期値 默认值 默认 缺省值 기본값 پیش‌فرض پیش فرض",
    "description": "説明 描述 说明 說明 备注 備考 含义 설명 توضیحات توضیح",
    "values": "値の範囲 取值范围",
    "errors": "エラー 错误 에러 오류 خطاها خطا",
    "codes": "コード 代码 코드 کد",
    "status": "ステータス 状态 상태 وضعیت",
    "authentication": "認証 认证 인증 احراز هویت",
    "true": "はい 是 예 بله",
    "false": "いいえ 否 아니오 خیر",
}
_ANSWERS = frozenset(("yes", "no"))
"""Known with their accents alone: `si` is also a word of sentences."""


def _plain(word: str) -> str:
    """A word without its accents, as many write labels."""
    return "".join(each for each in normalize("NFD", word) if not combining(each))


def _english(table: Mapping[str, str]) -> dict[str, str]:
    """What each word of a table means, with and without its accents."""
    pairs = [(word, english) for english, words in table.items() for word in words.split()]
    bare = ((_plain(word), english) for word, english in pairs if english not in _ANSWERS)
    return dict([*bare, *pairs])


_LATIN, _SPELLED, _WRITTEN = _english(_WORDS) | _english(_SLIPS), _english(_CYRILLIC), _english(_GLYPHS)
_WORDED = _SPELLED | _LATIN
_GLYPH = re.compile("|".join(sorted(_WRITTEN, key=len, reverse=True)))
"""What is written without blanks between words."""
_OWNER = re.compile(r"\s+(?:d(?:e l)?['’]|(?:del?|d[ao]s?)(?:\s+l[ao]s?)?\s+)", re.IGNORECASE)
_BY_DEFAULT = re.compile(
    r"\b(?:valor |valeur |значение )?(?:por defecto|por omisi[oó]n|padr[aã]o|par d[ée]faut|по умолчанию)\b",
    re.IGNORECASE,
)
_OF_QUERY = re.compile(r"\b(par[aáâ]m[eè]tr[oe]s) (?:de (?:la )?consulta|de requ[eê]te)\b", re.IGNORECASE)
"""What a search asks for; `consulta` alone is the search itself."""
_WORD = re.compile(r"\w+")
_FOREIGN = frozenset((*_LATIN, "por", "padrao", "par"))
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
    translated = _WORD.sub(_turned, turned)
    if not translated.isascii():
        translated = _GLYPH.sub(lambda match: f" {_WRITTEN[match[0]]} ", translated)
    if translated == turned:
        return spoken if spoken != label else label
    return " ".join(translated.split())


def _turned(match: re.Match[str]) -> str:
    found = _WORDED.get(match[0].lower())
    return f" {found} " if found else match[0]
