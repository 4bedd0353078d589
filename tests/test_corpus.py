"""The corpus: the source verbatim, errors that say where, and the editor's questions."""

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import (
    DOCUMENTS,
    CorpusError,
    Document,
    EditorQuestions,
    Passage,
    blocks,
    read_corpus,
    read_document,
    sentences,
)

_HERE = Path(__file__).parent
_LABELLED = [
    _HERE / "dev.jsonl",
    _HERE / "dev_blind.jsonl",
    *sorted((_HERE / "calibration").glob("*.jsonl")),
]

# Of each lesson's text, and for None of the summary's, as they stood in the source.
CHECKSUMS = {
    1: "018ea46c1f3b",
    2: "9bc724875a01",
    3: "9409d2e2ec13",
    4: "6144a03c2fe5",
    5: "9160f994098a",
    6: "6408190d3214",
    7: "0c6d7dcc4719",
    8: "1ca36b2b7d6f",
    9: "a265449fc590",
    10: "8e031443f05e",
    11: "b26438f841cc",
    12: "10951a250c85",
    13: "ae6c4fb08d80",
    14: "0820b309311a",
    15: "e1a4ffb67589",
    16: "2846a79e6ed5",
    17: "8c72d9dcbf77",
    18: "ea15d7d3e1ed",
    19: "7763f6e22772",
    20: "c910ef7af8c7",
    21: "bfb8643effca",
    22: "cbb5aa3b59d3",
    23: "1b8505abc4f7",
    24: "646f37722b65",
    25: "baf50b3ea977",
    26: "d39000e116d7",
    27: "98205edfac7d",
    28: "371a5403e072",
    29: "d96ee1dc7460",
    30: "b2c8eabea34b",
    None: "d8cce9f212dc",
}

FRONT_MATTER = '---\ntitle: "Rubrik"\nplace: "Norrbro"\n---\n\nSammanfattningen.\n\n'
"""The lessons after it begin on line 8."""
LESSONS = "1. Ett.\n2. Två.\n3. Tre.\n"

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(DOCUMENTS / "skelleftea-2020.md")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a document, with its editor's file if any is given, and gives its path."""

    def written(text: str | bytes, questions: str | bytes | None = None) -> Path:
        file = tmp_path / "norrbro.md"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        if questions is not None:
            beside = questions if isinstance(questions, bytes) else questions.encode()
            file.with_suffix(".questions.yaml").write_bytes(beside)
        return file

    return written


def _complaint(file: Path) -> str:
    """What reading ``file`` complains of: the file's name, the line, and the problem."""
    with pytest.raises(CorpusError) as raised:
        read_document(file)
    assert str(raised.value).startswith(str(file.parent))
    return f"{raised.value.file.name}:{raised.value.line}: {raised.value.problem}"


def _plain(text: str) -> str:
    """``text`` without case and punctuation."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _asked(questions: EditorQuestions) -> Iterator[str]:
    for _, texts in questions.answered:
        yield from texts
    for quoted in questions.summary:
        yield from quoted.questions
    for unanswered in questions.unanswered:
        yield unanswered.text


# The source


def test_every_lesson_and_the_summary_stand_as_in_the_source(document: Document) -> None:
    passages: list[Passage] = [document.summary, *document.lessons]
    found = {each.number: hashlib.sha256(each.text.encode()).hexdigest()[:12] for each in passages}
    assert found == CHECKSUMS


def test_lesson_five_keeps_its_nested_item(document: Document) -> None:
    assert document.lessons[4].text.split("\n") == [
        "Man måste utgå ifrån och vårda sina nischer eller starka sidor. "
        "I vårt fall är fokus på fyra nischer:",
        "1. Energi/el, skog/trä, metallindustri och IKT.",
    ]


def test_lesson_sixteen_ends_in_the_comma_of_the_source(document: Document) -> None:
    assert document.lessons[15].text.endswith("Ett bra restaurangutbud ett annat,")


def test_what_surrounded_the_text_on_its_web_page_is_no_part_of_it(document: Document) -> None:
    whole = "\n".join([document.summary.text, *(lesson.text for lesson in document.lessons)])
    assert "Site Overlay" not in whole
    assert "Dela gärna inlägget" not in whole


def test_the_front_matter_tells_what_the_source_is(document: Document) -> None:
    assert document.name == "skelleftea-2020"
    assert document.title == "”Vi hade inte ens bjudits in!”"
    assert document.short_name == "Skellefteå 2020"
    assert document.event == "Svenska industrikommuners digitala möte från Skellefteå"
    assert document.date == datetime.date(2020, 10, 28)
    assert document.place == "Skellefteå"
    assert document.organiser == "Svenska industrikommuner"


def test_a_lesson_is_found_by_its_own_number_and_no_other(document: Document) -> None:
    assert [lesson.number for lesson in document.lessons] == list(range(1, 31))
    assert document.lesson(30) == document.lessons[29]
    assert [document.lesson(number) for number in (-1, 0, 31)] == [None] * 3
    assert document.passage(None) == document.summary


# Documents that cannot be read


@pytest.mark.parametrize(
    ("lessons", "complaint"),
    [
        ("1. Ett.\n3. Tre.\n", "9: lärdom 3 kommer efter en lucka; här ska stå nummer 2"),
        ("2. Två.\n3. Tre.\n", "8: lärdom 2 kommer efter en lucka; här ska stå nummer 1"),
        ("1. Ett.\n2.\n3. Tre.\n", "9: lärdom 2 är tom"),
        ("1. Ett.\n2. Två.\n3.", "10: lärdom 3 är tom"),
        (
            f"{LESSONS}\nDela gärna inlägget.\n",
            "12: texten hör inte till någon lärdom; gör indrag eller flytta upp den",
        ),
        (
            "1. Ett.\n\nText mellan lärdomar.\n\n2. Två.\n",
            "10: texten hör inte till någon lärdom; gör indrag eller flytta upp den",
        ),
    ],
)
def test_lessons_that_do_not_follow_each_other_are_an_error_with_file_and_line(
    write: Write, lessons: str, complaint: str
) -> None:
    assert _complaint(write(FRONT_MATTER + lessons)) == f"norrbro.md:{complaint}"


def test_a_lesson_number_that_stands_twice_is_an_error_with_file_and_line(write: Write) -> None:
    file = write(f"{FRONT_MATTER}1. Ett.\n2. Två.\n2. Två igen.\n")
    assert _complaint(file) == "norrbro.md:10: lärdom 2 står två gånger; här ska stå nummer 3"


@pytest.mark.parametrize(
    ("top", "complaint"),
    [
        ("", "1: källan saknas; börja filen med --- title: … ---"),
        (
            "---\ntitle: Rubrik\n\n",
            "1: källan saknas; börja filen med --- title: … ---",
        ),
        ("---\nplace: Norrbro\n---\n", "2: uppgifterna om källan saknar 'title'"),
        ('---\ntitle: " "\n---\n', "2: uppgifterna om källan saknar 'title'"),
        ("---\n- Rubrik\n---\n", "2: uppgifterna om källan ska vara rader med 'namn: värde'"),
        (
            "---\ntitle: Mötet: Norrbro\n---\n",
            "2: fel i YAML: mapping values are not allowed here",
        ),
        (
            "---\ntitle: Rubrik\nplace: [Norrbro\n---\n",
            "3: fel i YAML: expected ',' or ']', but got '<stream end>'",
        ),
        (
            '---\ntitle: "A"\ntitle: "B"\n---\n',
            '3: fel i YAML: found duplicate key "title" with value "B" (original value: "A")',
        ),
    ],
)
def test_broken_front_matter_is_an_error_with_file_and_line(
    write: Write, top: str, complaint: str
) -> None:
    file = write(f"{top}\nSammanfattningen.\n\n{LESSONS}")
    assert _complaint(file) == f"norrbro.md:{complaint}"


def test_a_date_in_words_is_an_error_that_shows_how_to_write_it(write: Write) -> None:
    file = write(f"---\ndate: 28 oktober 2020\ntitle: Rubrik\n---\n\nText.\n\n{LESSONS}")
    expected = "norrbro.md:2: '28 oktober 2020' är inget datum; skriv det som 2020-10-28"
    assert _complaint(file) == expected


def test_a_file_in_another_encoding_is_an_error_with_the_line_of_its_first_foreign_letter(
    write: Write,
) -> None:
    file = write(f"{FRONT_MATTER}1. Å.\n".encode("latin-1"))
    assert _complaint(file) == "norrbro.md:8: inte UTF-8; spara filen som UTF-8"
    questions = 'answered:\n  1:\n    - "Å"\n'.encode("latin-1")
    file = write(FRONT_MATTER + LESSONS, questions)
    assert _complaint(file) == "norrbro.questions.yaml:3: inte UTF-8; spara filen som UTF-8"


def test_a_document_without_lessons_is_an_error(write: Write) -> None:
    complaint = "inga numrerade lärdomar; skriv dem som '1. …', '2. …'"
    assert _complaint(write(FRONT_MATTER)) == f"norrbro.md:None: {complaint}"
    assert _complaint(write(FRONT_MATTER + "- En punkt.\n")) == f"norrbro.md:None: {complaint}"


def test_a_document_without_a_summary_is_an_error(write: Write) -> None:
    file = write(f"---\ntitle: Rubrik\n---\n\n{LESSONS}")
    assert _complaint(file) == "norrbro.md:5: sammanfattningen saknas före lärdomarna"


def test_a_folder_without_documents_is_an_error_that_names_it(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(CorpusError) as raised:
            read_corpus(folder)
        assert str(raised.value) == (
            f"{folder}: inga dokument (*.md) här; lägg hit ett eller ange en annan mapp"
        )


def test_a_file_that_cannot_be_opened_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "mapp.md").mkdir()
    assert _complaint(tmp_path / "mapp.md").startswith("mapp.md:None: går inte att läsa: ")


def test_one_broken_document_among_good_ones_stops_the_whole_corpus(
    write: Write, tmp_path: Path
) -> None:
    write(FRONT_MATTER + LESSONS)
    broken = tmp_path / "zonen.md"
    broken.write_text(f"{FRONT_MATTER}1. Ett.\n3. Tre.\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"zonen\.md:9: lärdom 3 kommer efter en lucka"):
        read_corpus(tmp_path)
    broken.unlink()
    assert [each.name for each in read_corpus(tmp_path)] == ["norrbro"]


def test_one_broken_editors_file_among_good_ones_stops_the_whole_corpus(
    write: Write, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text(FRONT_MATTER + LESSONS, encoding="utf-8")
    write(FRONT_MATTER + LESSONS, 'answered:\n  4:\n    - "Hur då?"\n')
    with pytest.raises(CorpusError, match=r"norrbro\.questions\.yaml:2: lärdom 4 finns inte"):
        read_corpus(tmp_path)


# Documents that can


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    ],
    ids=["CRLF", "CR", "BOM", "CRLF and BOM"],
)
def test_line_ends_and_byte_order_marks_change_nothing(
    write: Write, changed: Callable[[str], bytes]
) -> None:
    text = f"{FRONT_MATTER}1. Ett.\n   - Underpunkt.\n2. Två.\n"
    questions = 'answered:\n  2:\n    - "Hur då?"\n'
    plain = read_document(write(text, questions))
    assert read_document(write(changed(text), changed(questions))) == plain


def test_what_is_indented_below_a_lesson_belongs_to_it(write: Write) -> None:
    file = write(f"{FRONT_MATTER}1. Ett.\n   1. Nästlat.\n\n   Stycke.\n2. Två.\n   - Punkt.\n")
    texts = [lesson.text for lesson in read_document(file).lessons]
    assert texts == ["Ett.\n1. Nästlat.\n\nStycke.", "Två.\n- Punkt."]


def test_numbers_may_be_written_with_a_parenthesis(write: Write) -> None:
    file = write(f"{FRONT_MATTER}1) Ett.\n2) Två.\n")
    assert [lesson.text for lesson in read_document(file).lessons] == ["Ett.", "Två."]


def test_a_document_without_an_editors_file_has_no_questions(write: Write) -> None:
    document = read_document(write(FRONT_MATTER + LESSONS))
    assert document.questions == EditorQuestions()
    assert document.short_name == "norrbro"
    assert document.date is None


def test_an_editors_file_of_comments_has_no_questions(write: Write) -> None:
    document = read_document(write(FRONT_MATTER + LESSONS, "# Kommer.\n"))
    assert document.questions == EditorQuestions()


def test_documents_come_in_the_order_of_their_names(write: Write, tmp_path: Path) -> None:
    write(FRONT_MATTER + LESSONS)
    (tmp_path / "b.md").write_text(FRONT_MATTER + LESSONS, encoding="utf-8")
    (tmp_path / "a.md").write_text(FRONT_MATTER + LESSONS, encoding="utf-8")
    assert [document.name for document in read_corpus(tmp_path)] == ["a", "b", "norrbro"]


# Editor's files that cannot be read


@pytest.mark.parametrize(
    ("questions", "complaint"),
    [
        (
            'answered:\n  1:\n    - "A"\n  4:\n    - "B"\n',
            "4: lärdom 4 finns inte, bara 1 till 3",
        ),
        ('answered:\n  0:\n    - "A"\n', "2: lärdom 0 finns inte, bara 1 till 3"),
        ('answered:\n  "1":\n    - "A"\n', "2: lärdom '1' finns inte, bara 1 till 3"),
        (
            'unanswered:\n  - nearest: []\n    questions: ["A"]\n'
            '  - nearest: [2, 9]\n    questions: ["B"]\n',
            "4: lärdom 9 finns inte, bara 1 till 3",
        ),
        (
            'themes:\n  - name: "A"\n    lessons: [31]\n',
            "2: lärdom 31 finns inte, bara 1 till 3",
        ),
        (
            'answered:\n  1:\n    - "A"\n  2:\n    - "B"\n  1:\n    - "C"\n',
            '6: fel i YAML: found duplicate key "1" with value "[\'C\']" '
            "(original value: \"['A']\")",
        ),
        (
            'answered:\n  1:\n    - "A"\nbesvarade:\n  2:\n    - "B"\n',
            "4: okänd avdelning 'besvarade'; använd answered, summary, unanswered, themes",
        ),
        (
            'summary:\n  - quote: "Står inte där."\n    questions: ["A"]\n',
            "2: sammanfattningen saknar citatet 'Står inte där.'",
        ),
        (
            'answered:\n  1:\n    - "A"\n    - ""\n',
            "4: här ska stå en text i citattecken, inte ''",
        ),
        (
            'answered:\n  1:\n    - "A"\n    - " \\t"\n',
            "4: här ska stå en text i citattecken, inte ' \\t'",
        ),
        ("answered:\n  1:\n    - 2025\n", "3: här ska stå en text i citattecken, inte 2025"),
        ("answered:\n  1:\n    -\n", "3: här ska stå en text i citattecken, inte None"),
        ('answered:\n  1: "A"\n', "2: här ska stå en lista med texter ('- …')"),
        ("answered:\n  1:\n", "2: här ska stå en lista med texter ('- …')"),
        (
            'unanswered:\n  - questions: ["A"]\n',
            "2: här ska stå en lista med nummer ([7, 9])",
        ),
        ('- "A"\n', "1: här ska stå rader med 'namn: värde'"),
        ("answered:\n  1: [A\n", "3: fel i YAML: expected ',' or ']', but got '<stream end>'"),
    ],
)
def test_what_does_not_fit_in_the_editors_file_is_an_error_with_file_and_line(
    write: Write, questions: str, complaint: str
) -> None:
    file = write(FRONT_MATTER + LESSONS, questions)
    assert _complaint(file) == f"norrbro.questions.yaml:{complaint}"


# The editor's file


def test_every_lesson_has_at_least_twenty_five_questions(document: Document) -> None:
    counts = {number: len(set(texts)) for number, texts in document.questions.answered}
    assert sorted(counts) == list(range(1, 31))
    assert {number: count for number, count in counts.items() if count < 25} == {}


def test_at_least_three_hundred_questions_are_unanswered_and_half_of_them_near_misses(
    document: Document,
) -> None:
    unanswered = document.questions.unanswered
    assert len(unanswered) >= 300
    assert 2 * sum(bool(question.nearest) for question in unanswered) >= len(unanswered)


def test_six_to_nine_themes_cover_every_lesson(document: Document) -> None:
    themes = document.questions.themes
    assert 6 <= len(themes) <= 9
    assert {number for theme in themes for number in theme.lessons} == set(range(1, 31))


def test_the_facts_of_the_summary_have_questions(document: Document) -> None:
    asked = {question for quoted in document.questions.summary for question in quoted.questions}
    for word in ("när", "var", "vem", "titel", "syfte", "film", "handbok", "hur många lärdomar"):
        assert any(word in question.lower() for question in asked), word


def test_every_quote_of_the_editor_is_a_slice_of_the_summary(document: Document) -> None:
    assert document.questions.summary
    for quoted in document.questions.summary:
        assert quoted.quote in document.summary.text


def test_no_question_is_both_answered_and_unanswered(document: Document) -> None:
    questions = document.questions
    unanswered = {_plain(question.text) for question in questions.unanswered}
    answered = {_plain(text) for _, texts in questions.answered for text in texts}
    about = {_plain(text) for quoted in questions.summary for text in quoted.questions}
    assert unanswered & (answered | about) == set()


@pytest.mark.parametrize("labelled", _LABELLED, ids=lambda file: f"{file.stem}{file.suffix}")
def test_no_labelled_question_stands_in_the_editors_file(
    document: Document, labelled: Path
) -> None:
    taught = {_plain(question) for question in _asked(document.questions)}
    lines = labelled.read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    asked = [text for row in rows for text in row.get("turns", [row.get("question")])]
    assert len(asked) >= 100
    assert [text for text in asked if _plain(text) in taught] == []


# Sentences


_TEXT = st.text(
    st.sampled_from('aÅö1 .!?”"()-*+\t\n\u00a0\u2028') | st.characters(exclude_categories=["Cs"])
)


@settings(deadline=None)
@given(_TEXT)
def test_sentences_and_blocks_are_exact_slices_in_order(text: str) -> None:
    for split in (blocks, sentences):
        place = 0
        for part in split(text):
            assert part == part.strip()
            assert part
            place = text.index(part, place) + len(part)


@settings(deadline=None)
@given(_TEXT)
def test_sentences_and_blocks_leave_out_white_space_and_list_marks_only(text: str) -> None:
    def letters(parts: tuple[str, ...]) -> str:
        return "".join(letter for part in parts for letter in part if letter.isalpha())

    everything = "".join(letter for letter in text if letter.isalpha())
    assert letters(blocks(text)) == everything
    assert letters(sentences(text)) == everything


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    text = "Det handlar bl a om 28.5 procent, t ex el. (25 miljarder). 10 år!  ”Ja.” Nej?"
    assert sentences(text) == (
        "Det handlar bl a om 28.5 procent, t ex el.",
        "(25 miljarder).",
        "10 år!",
        "”Ja.” Nej?",
    )


def test_a_nested_item_is_a_sentence_of_its_own_without_its_mark(document: Document) -> None:
    assert sentences(document.lessons[4].text) == (
        "Man måste utgå ifrån och vårda sina nischer eller starka sidor.",
        "I vårt fall är fokus på fyra nischer:",
        "Energi/el, skog/trä, metallindustri och IKT.",
    )


# Bugs, still open: these tests say how it should be


@pytest.mark.parametrize(
    "more", ["## Rubrik\n", "- Punkt.\n", "> Citat.\n", "```\nkod\n```\n", "<p>Hej</p>\n"]
)
def test_whatever_stands_after_the_lessons_is_an_error(write: Write, more: str) -> None:
    assert _complaint(write(f"{FRONT_MATTER}{LESSONS}\n{more}")).startswith("norrbro.md:12: ")


def test_numbers_may_be_written_with_a_leading_zero(write: Write) -> None:
    file = write(f"{FRONT_MATTER}01. Ett.\n02. Två.\n")
    assert [lesson.text for lesson in read_document(file).lessons] == ["Ett.", "Två."]


@pytest.mark.parametrize("value", ['"Rubrik\x07"', "2020-13-45"])
def test_a_value_that_yaml_cannot_hold_is_an_error_of_ours(write: Write, value: str) -> None:
    broken = f"---\ntitle: {value}\n---\n\nText.\n\n{LESSONS}"
    assert _complaint(write(broken)).startswith("norrbro.md:2: ")
    file = write(FRONT_MATTER + LESSONS, f"answered:\n  1:\n    - {value}\n")
    assert _complaint(file).startswith("norrbro.questions.yaml:3: ")


def test_a_broken_date_is_an_error_with_its_own_line(write: Write) -> None:
    file = write(f"---\ntitle: Rubrik\ndate: i fjol\n---\n\nText.\n\n{LESSONS}")
    assert _complaint(file).startswith("norrbro.md:3: ")


@pytest.mark.parametrize(
    "questions", ['# A\nunanswered:\n  1: ["B"]\n', '# A\nanswered:\n  - "B"\n']
)
def test_a_section_of_the_wrong_kind_is_an_error_with_its_line(
    write: Write, questions: str
) -> None:
    complaint = _complaint(write(FRONT_MATTER + LESSONS, questions))
    assert re.match(r"norrbro.questions.yaml:[23]: ", complaint)
