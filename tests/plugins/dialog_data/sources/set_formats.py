"""A small file of every format of labelled texts and knowledge, in exactly the shape it is published in."""

from typing import Any

from tests.plugins.dialog_data.sources.formats import Format, as_json

CLINC150 = Format(
    "clinc150",
    "data_full.json",
    as_json(
        ["set a warning for my account", "oos"],
        ["how would you say fly in italian", "translate"],
        ["what is my balance", "balance"],
        indent=4,
    ),
    '["no intent"]',
    before='{\n"val": [],\n"train": [\n',
    between=",\n",
    after="\n]}\n",
    ids=False,
)
BANKING77 = Format(
    "banking77",
    "train.csv",
    ("Is my card there?,card_arrival", '"Lost, or stolen.",lost_card', '"Two\nlines?",card_arrival'),
    "no category",
    before="text,category\n",
    ids=False,
    whole=False,
)


def _said(number: int, text: str, slots: str, intent: str) -> str:
    id = "5f0c1a"
    return f"{id}\t{number}\t<CONV>{id}<TURN>{number}\t{text}\t{slots}\t{intent}"


MULTIDOGO = Format(
    "multidogo",
    "train.tsv",
    (
        _said(0, "my name is ada lovelace", "O O O name name", "contentonly"),
        _said(2, '"ford \n mondeo"', "car_brand O car_model", "contentonly"),
        _said(4, "replace my lost card please", "O O O O O", "replacecard<div>reportlostcard"),
    ),
    _said(6, "too many labels", "O O O O", "contentonly"),
    before="conversationId\tturnNumber\tutteranceId\tutterance\tslot-labels\tintent\n",
    ids=False,
    whole=False,
)


def _sentence(text: str, word: str, token: int) -> dict[str, Any]:
    return {
        "text": text,
        "intent": "FindConnection",
        "entities": [{"entity": "Station", "start": token, "stop": token, "text": word}],
        "training": token > 2,
    }


BRAUN_NLU = Format(
    "braun_nlu",
    "ChatbotCorpus.json",
    as_json(
        _sentence("i want to go to garching", "garching", 5),
        _sentence("from garching, please", "garching", 1),
        _sentence("next train to trudering?", "trudering", 3),
        indent=2,
    ),
    '{"text": "to garching", "intent": "FindConnection", "entities": [{"entity": "Station", "start": 1}]}',
    before='{"name": "ChatbotCorpus", "desc": "trains", "lang": "en", "sentences": [\n',
    between=",\n",
    after="\n]}\n",
    ids=False,
)


def _article(title: str, *, answered: bool = True) -> dict[str, Any]:
    question = {
        "id": f"{title}-q",
        "question": f"What is {title}?",
        "answers": [{"text": "a thing", "answer_start": 3}] if answered else [],
        "is_impossible": not answered,
    }
    return {"title": title, "paragraphs": [{"context": f"It is a thing called {title}.", "qas": [question]}]}


SQUAD = Format(
    "squad",
    "dev-v2.0.json",
    as_json(_article("Amber"), _article("Basalt"), _article("Coal", answered=False), indent=1),
    '{"title": "Dust", "paragraphs": [{"qas": []}]}',
    before='{"version": "v2.0", "data": [\n',
    between=",\n",
    after="\n]}\n",
    ids=False,
)
BEIR = Format(
    "beir",
    "corpus.jsonl",
    as_json(
        {"_id": "11", "title": "Amber", "text": "It is resin.", "metadata": {"url": "https://example.org"}},
        {"_id": "12", "title": "", "text": "It is rock."},
        {"_id": "13", "title": "Coal", "text": "It burns."},
    ),
    '{"_id": "14", "title": "Dust", "text": 7}',
)
GSM8K = Format(
    "gsm8k",
    "train_socratic.jsonl",
    as_json(
        {"question": "Ada has 3 hats and gets 4. How many?", "answer": "She has 3 + 4 = <<3+4=7>>7 hats.\n#### 7"},
        {"question": "Half of 8 is?", "answer": "What is half? ** 8 / 2 = <<8/2=4>>4 it is.\n#### 4"},
        {"question": "And of 1,000?", "answer": "It is 1,000 / 2 = <<1000/2=500>>500 now.\n#### 500"},
    ),
    '{"question": "How many?", "answer": "Nobody knows."}',
    ids=False,
)


def _pair(qid: str) -> dict[str, Any]:
    return {
        "source": "5_NIDDK_QA",
        "file": "5_NIDDK_QA/1.xml",
        "doc_id": "1",
        "url": "https://example.org/1",
        "focus": "Gout",
        "qid": qid,
        "qtype": "information",
        "question": "What is gout ?",
        "answer": f"A disease, says {qid} here.",
    }


MEDQUAD = Format(
    "medquad",
    "medquad.jsonl",
    as_json(_pair("1-1"), _pair("1-2"), _pair("1-3")),
    '{"source": "5_NIDDK_QA", "qid": "1-4", "question": "", "answer": "x", "focus": "Gout", "qtype": "a"}',
)


def _xml_pair(number: int) -> str:
    return (
        f'<QAPair pid="{number}">\n<Question qid="1-{number}" qtype="causes">What causes gout {number}?</Question>\n'
        f"<Answer>Uric acid &amp; more, says {number} here.</Answer>\n</QAPair>"
    )


MEDQUAD_XML = Format(
    "medquad",
    "0000001.xml",
    (_xml_pair(1), _xml_pair(2), _xml_pair(3)),
    '<QAPair pid="9">\n<Question qid="1-9" qtype="causes"></Question><Answer>x</Answer></QAPair>',
    before=(
        '<?xml version="1.0"?>\n<Document id="1" source="NIDDK" url="https://example.org/1">\n<Focus>Gout</Focus>\n'
        "<FocusAnnotations><UMLS><CUIs><CUI>C0018099</CUI></CUIs>"
        "<SemanticTypes><SemanticType>T047</SemanticType></SemanticTypes>"
        "<SemanticGroup>Disorders</SemanticGroup></UMLS>"
        "<Synonyms><Synonym>podagra</Synonym></Synonyms></FocusAnnotations>\n<QAPairs>\n"
    ),
    after="\n</QAPairs>\n</Document>\n",
    apart=False,
)
CHATTERBOT = Format(
    "chatterbot",
    "food.yml",
    (
        "- - do you drink\n  - I do not.",
        "- - Are you hungry?\n  - Never.\n  - Lucky you .",
        "- - what is tea\n  - '1 leaf'",
    ),
    "- a statement that stands alone",
    before="categories:\n- food\nconversations:\n",
    ids=False,
    whole=False,
    apart=False,
)

SETS = (
    CLINC150,
    BANKING77,
    MULTIDOGO,
    BRAUN_NLU,
    SQUAD,
    BEIR,
    GSM8K,
    MEDQUAD,
    MEDQUAD_XML,
    CHATTERBOT,
)
"""The formats of labelled texts and of knowledge."""
