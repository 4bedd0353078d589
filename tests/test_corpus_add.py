"""``python -m corpus add``: what becomes a document, what is told, and what is refused."""

import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from pypdf import PdfWriter
from source_files import numbered_items, write_columns, write_pdf, write_web_page, write_word

from corpus import DOCUMENTS, CorpusError, Document, read_document
from corpus.importing import Placed, add_document

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "tests" / "documents" / "skelleftea-2020.txt"


@pytest.fixture(scope="module")
def first_document() -> Document:
    return read_document(DOCUMENTS / "skelleftea-2020.md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dokument"


def _add(folder: Path, name: str, text: str | bytes, **options: bool) -> Placed:
    file = folder.parent / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return add_document(file, folder, **options)


def _texts(placed: Placed) -> list[str]:
    return [lesson.text for lesson in placed.document.lessons]


def _doubts(placed: Placed) -> dict[str, str]:
    return {doubt.place: doubt.text for doubt in placed.doubts}


def test_the_real_source_becomes_the_same_thirty_lessons(
    folder: Path, first_document: Document
) -> None:
    placed = add_document(SOURCE, folder)
    assert placed.document.lessons == first_document.lessons
    assert placed.document.summary == first_document.summary
    assert [one.text for one in placed.removed] == ["Site Overlay", "Dela gärna inlägget:"]


def test_its_particulars_are_found_in_the_text(folder: Path, first_document: Document) -> None:
    document = add_document(SOURCE, folder).document
    for name in ("title", "short_name", "event", "date", "place"):
        assert getattr(document, name) == getattr(first_document, name)


@pytest.mark.parametrize("write", [write_word, write_pdf, write_web_page])
def test_word_pdf_and_web_page_give_the_lessons_verbatim(
    tmp_path: Path, folder: Path, first_document: Document, write: type
) -> None:
    ending = {write_word: "docx", write_pdf: "pdf", write_web_page: "html"}[write]
    summary = first_document.summary.text.split("\n\n")
    file = write(tmp_path / f"skelleftea-2020.{ending}", summary, numbered_items(first_document))
    placed = add_document(file, folder)
    assert placed.document.lessons == first_document.lessons
    assert placed.document.summary.text.split() == first_document.summary.text.split()


def test_the_second_document_comes_back_from_word_too(tmp_path: Path, folder: Path) -> None:
    document = read_document(ROOT / "tests" / "documents" / "hamnsund-2023.md")
    summary = document.summary.text.split("\n\n")
    file = write_word(tmp_path / "hamnsund-2023.docx", summary, numbered_items(document))
    placed = add_document(file, folder)
    assert placed.document.lessons == document.lessons
    assert placed.document.date == document.date


@pytest.mark.parametrize(
    "mark",
    ["{}. ", "{}) ", "({}) ", "Lärdom {}: ", "LÄRDOM {}. ", "Punkt {} – ", "Råd {}: ", "**{}.** "],
)
def test_numbers_are_found_however_they_are_written(folder: Path, mark: str) -> None:
    lessons = ["Bygg i tid.", "Fråga först.", "Mät djupet."]
    numbered = [mark.format(number) + text for number, text in enumerate(lessons, 1)]
    placed = _add(folder, "a.txt", "Vi möttes i Norrbro.\n\n" + "\n".join(numbered))
    assert _texts(placed) == lessons
    assert placed.document.summary.text == "Vi möttes i Norrbro."


def test_a_number_on_a_line_of_its_own_takes_the_text_below_it(folder: Path) -> None:
    text = "Mötet.\n\nPunkt 1\n\nBygg i tid.\n\nSå blev det.\n\nPunkt 2\n\nFråga först."
    placed = _add(folder, "a.txt", text)
    assert _texts(placed) == ["Bygg i tid.\n\nSå blev det.", "Fråga först."]


def test_word_numbers_with_a_label_are_resolved(tmp_path: Path, folder: Path) -> None:
    items = [("Bygg i tid.", []), ("Fråga först.", ["skog", "trä"]), ("Mät.", [])]
    file = write_word(tmp_path / "a.docx", ["Mötet."], items, level_text="Lärdom %1:")
    assert _texts(add_document(file, folder)) == [
        "Bygg i tid.",
        "Fråga först.\n1. skog\n2. trä",
        "Mät.",
    ]


def test_a_word_list_that_a_paragraph_interrupts_goes_on_counting(
    tmp_path: Path, folder: Path
) -> None:
    document = docx.Document()
    document.add_paragraph("Mötet.")
    document.add_paragraph("Bygg i tid.", style="List Number")
    document.add_paragraph("Så blev det i Norrbro.")
    document.add_paragraph("Fråga först.", style="List Number")
    document.save(str(tmp_path / "a.docx"))
    placed = add_document(tmp_path / "a.docx", folder)
    assert _texts(placed) == ["Bygg i tid.\n\nSå blev det i Norrbro.", "Fråga först."]


def test_a_table_with_numbers_is_a_list_of_lessons(tmp_path: Path, folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Mötet.")
    table = document.add_table(rows=3, cols=2)
    for row, cells in enumerate([("Nr", "Lärdom"), ("1", "Bygg i tid."), ("2", "Fråga först.")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.save(str(tmp_path / "a.docx"))
    assert _texts(add_document(tmp_path / "a.docx", folder)) == ["Bygg i tid.", "Fråga först."]


def test_a_pdf_in_two_columns_is_read_column_by_column(tmp_path: Path, folder: Path) -> None:
    lessons = [
        f"Sak {number} handlar om mark, vatten och bostäder och är en text som måste brytas."
        for number in range(1, 60)
    ]
    numbered = [f"{number}. {text}" for number, text in enumerate(lessons, 1)]
    file = write_columns(tmp_path / "a.pdf", ["Nätverket möttes i Norrbro i maj.", *numbered])
    assert _texts(add_document(file, folder)) == lessons


def test_a_nested_list_without_indentation_stays_in_its_lesson(folder: Path) -> None:
    text = "M.\n\n1. Ett.\n2. Två nischer:\n1. skog\n2. trä\n3. järn\n3. Tre.\n4. Fyra."
    placed = _add(folder, "a.txt", text)
    assert _texts(placed) == ["Ett.", "Två nischer:\n1. skog\n2. trä\n3. järn", "Tre.", "Fyra."]


def test_an_agenda_before_the_lessons_is_part_of_the_summary(folder: Path) -> None:
    lessons = "\n".join(f"{number}. Lärdomen om sak {number}." for number in range(1, 9))
    placed = _add(folder, "a.txt", f"Program:\n\n1. Kaffe\n2. Samtal\n\nLärdomar\n\n{lessons}")
    assert len(placed.document.lessons) == 8
    assert "1. Kaffe" in placed.document.summary.text
    assert _doubts(placed)["rad 3"].startswith("en lista till")


def test_a_missing_number_keeps_the_numbers_after_it_and_is_told_with_its_line(
    folder: Path,
) -> None:
    placed = _add(folder, "a.txt", "Mötet.\n\n1. Ett.\n2. Två.\n4. Fyra.\n5. Fem.")
    assert _texts(placed)[3:] == ["Fyra.", "Fem."]
    assert "saknas" in _texts(placed)[2]
    assert _doubts(placed)["rad 5"] == "nummer 3 saknas före nummer 4"


def test_a_number_twice_is_told_and_its_line_kept(folder: Path) -> None:
    placed = _add(folder, "a.txt", "Mötet.\n\n1. Ett.\n2. Två.\n2. Också två.\n3. Tre.")
    assert _texts(placed) == ["Ett.", "Två.\n2. Också två.", "Tre."]
    assert "nummer 2" in _doubts(placed)["rad 5"]


def test_a_carelessly_written_number_is_found_and_told(folder: Path) -> None:
    placed = _add(folder, "a.txt", "Mötet.\n\n1. Ett.\n2 Två.\n3. Tre.\n4.Fyra.\n5. Fem.")
    assert _texts(placed) == ["Ett.", "Två.", "Tre.", "Fyra.", "Fem."]
    assert _doubts(placed)["rad 4"] == "nummer 2 är skrivet på ett annat sätt"


def test_lists_that_begin_anew_under_each_heading_are_numbered_in_order(folder: Path) -> None:
    text = "Mötet.\n\n# Mark\n\n1. Köp.\n2. Gräv.\n\n# Vatten\n\n1. Mät.\n2. Fråga.\n3. Vänta."
    placed = _add(folder, "a.md", text)
    assert _texts(placed) == ["1. Köp.", "2. Gräv.", "1. Mät.", "2. Fråga.", "3. Vänta."]
    assert "börjar här på 1" in _doubts(placed)["rad 10"]


def test_a_source_of_nothing_but_lessons_has_its_name_for_summary(folder: Path) -> None:
    placed = _add(folder, "Norrbro 2024.txt", "1. Ett.\n2. Två.")
    assert placed.file.name == "norrbro-2024.md"
    assert placed.document.summary.text == "Norrbro 2024"
    assert "sammanfattning" in _doubts(placed)


def test_lines_broken_by_hand_become_whole_again(folder: Path) -> None:
    text = (
        "Nätverket möttes i Norrbro för att tala om bostäder, mark och\n"
        "vatten under en lång och ganska blåsig dag i maj.\n\n"
        "1. Bygg i tid, för annars kommer ingen av dem som ni hade tänkt\n"
        "   er skulle flytta in i de nya husen vid älven och kompetens-\n"
        "   försörjningen blir lidande.\n"
        "2. Fråga först.\n"
    )
    placed = _add(folder, "a.txt", text)
    assert _texts(placed)[0].endswith("husen vid älven och kompetensförsörjningen blir lidande.")
    assert "\n" not in placed.document.summary.text
    assert "kompetensförsörjningen" in _doubts(placed)["rad 5"]


def test_text_after_the_last_lesson_goes_to_the_summary_and_is_told(folder: Path) -> None:
    placed = _add(folder, "a.txt", "Mötet.\n\n1. Ett.\n2. Två.\n\nFrågor? Ring kansliet.")
    assert _texts(placed) == ["Ett.", "Två."]
    assert placed.document.summary.text == "Mötet.\n\nFrågor? Ring kansliet."
    assert "rad 6" in _doubts(placed)


def test_headings_become_passages_where_nothing_is_numbered(tmp_path: Path, folder: Path) -> None:
    document = docx.Document()
    document.add_heading("Handbok", 1)
    document.add_paragraph("Om boken.")
    for heading, text in (("Mark", "Köp i tid."), ("Vatten", "Mät djupet.")):
        document.add_heading(heading, 2)
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    placed = add_document(tmp_path / "a.docx", folder)
    assert placed.way == "headings"
    assert _texts(placed) == ["Mark\n\nKöp i tid.", "Vatten\n\nMät djupet."]
    assert placed.document.title == "Handbok"


def test_paragraphs_become_passages_where_nothing_else_parts_them(folder: Path) -> None:
    placed = _add(folder, "a.txt", "Om mötet.\n\nVi köpte mark.\n\nVi mätte djupet.")
    assert placed.way == "paragraphs"
    assert _texts(placed) == ["Vi köpte mark.", "Vi mätte djupet."]


@pytest.mark.parametrize("ending", ["vtt", "srt"])
def test_a_transcript_becomes_passages_with_their_times(folder: Path, ending: str) -> None:
    point, start = (".", "WEBVTT\n\n") if ending == "vtt" else (",", "")
    cues = [
        f"{number}\n00:0{number}:00{point}000 --> 00:0{number}:59{point}000\n"
        + f"Det här är mening {number} om mark. " * 20
        for number in range(1, 4)
    ]
    placed = _add(folder, f"film.{ending}", start + "\n\n".join(cues))
    assert placed.way == "speech"
    assert [text.split("\n")[0] for text in _texts(placed)] == ["00:01:00", "00:02:00", "00:03:00"]
    assert "mening 2 om mark" in _texts(placed)[1]


def test_a_page_with_scripts_gives_only_its_text(tmp_path: Path, folder: Path) -> None:
    script = "<script>document.write('1. stulet')</script><noscript>Slå på</noscript>"
    items = [("Bygg i tid.", []), ("Fråga först.", ["skog"])]
    file = write_web_page(tmp_path / "a.html", ["Mötet i Norrbro."], items, script)
    placed = add_document(file, folder)
    assert _texts(placed) == ["Bygg i tid.", "Fråga först.\n1. skog"]
    assert placed.document.summary.text == "Mötet i Norrbro."
    told = " ".join(one.text for one in placed.removed)
    assert "Dela gärna inlägget" in told
    assert "stulet" not in told


def test_text_in_old_encodings_and_taken_apart_letters_is_read(folder: Path) -> None:
    text = "Mötet på ön.\r\n\r\n1. Lägg åren rätt.\r\n2. Öva."
    for name, content in (
        ("a.txt", text.encode("cp1252")),
        ("b.txt", text.encode("utf-16")),
        ("c.txt", text.replace("ö", "o\u0308").replace("å", "a\u030a").encode()),
    ):
        assert _texts(_add(folder, name, content)) == ["Lägg åren rätt.", "Öva."]


def test_what_markdown_would_misread_in_a_summary_comes_back_as_it_was(folder: Path) -> None:
    summary = "```\n\n7. Ett nummer.\n\n<!-- en kommentar\n\n* stjärna * _streck_ \\ [länk]"
    placed = _add(folder, "a.txt", f"{summary}\n\nLärdom 1: Ett *.\nLärdom 2: 2. Två <b>.")
    assert _texts(placed) == ["Ett *.", "2. Två <b>."]
    assert placed.document.summary.text.split() == summary.split()


def test_a_document_is_copied_as_it_is(folder: Path) -> None:
    original = DOCUMENTS / "skelleftea-2020.md"
    placed = add_document(original, folder)
    assert placed.way == "document"
    assert placed.file.read_text(encoding="utf-8") == original.read_text(encoding="utf-8")


def test_nothing_that_exists_is_changed_without_being_told_to(folder: Path) -> None:
    first = _add(folder, "a.txt", "Mötet.\n\n1. Ett.\n2. Två.").file
    before = first.read_bytes()
    with pytest.raises(CorpusError, match="--replace"):
        _add(folder, "a.txt", "Annat.\n\n1. Tre.\n2. Fyra.")
    assert first.read_bytes() == before
    placed = _add(folder, "a.txt", "Annat.\n\n1. Tre.\n2. Fyra.", replace=True)
    assert _texts(placed) == ["Tre.", "Fyra."]
    assert placed.kept is not None
    assert placed.kept.read_bytes() == before


def test_a_replacement_that_does_not_fit_the_editors_file_is_refused(folder: Path) -> None:
    file = _add(folder, "a.txt", "Mötet.\n\n1. Ett.\n2. Två.\n3. Tre.").file
    file.with_suffix(".questions.yaml").write_text('answered:\n  3: ["Vad?"]\n', encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(CorpusError, match=r"questions.yaml:2: passar inte: lärdom 3"):
        _add(folder, "a.txt", "Mötet.\n\n1. Ett.\n2. Två.", replace=True)
    assert file.read_bytes() == before


def _locked(file: Path) -> None:
    write_pdf(file, ["Hemligt."], [("Ett.", [])], password="nyckel")


def _scanned(file: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(str(file))


def _bomb(file: Path) -> None:
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(400):
            part.write(b" " * (1 << 20))


def _huge(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(200 << 20)


def _entities(file: Path) -> None:
    body = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9)
    )
    docx.Document().save(str(file))
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    parts["word/document.xml"] = (
        f'{body}]><w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p>'
        "</w:body></w:document>"
    ).encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


REFUSED = {
    "last.pdf": (_locked, "låst med lösenord"),
    "skannad.pdf": (_scanned, "bara bilder"),
    "bomb.docx": (_bomb, "orimligt stor"),
    "stor.txt": (_huge, "för stor"),
    "entiteter.docx": (_entities, "text|skadad"),
    "tom.txt": (b"", "tom"),
    "blank.html": (b"<html><script>x()</script></html>", "ingen text"),
    "binar.txt": (b"\x00\x01\x02text\x00", "inte text"),
    "bild.pdf": (b"\x89PNG\r\n\x1a\n0000", "bild, inte"),
    "egentligen.docx": (b"%PDF-1.7 0000", "PDF, inte"),
    "zip.docx": (b"PK\x03\x04trasig", "skadad"),
    "gammal.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "gammalt format"),
    "trasig.pdf": (b"%PDF-1.7\ntrasig", "skadad"),
    "dos.txt": ("Mötet på ön. 1. Öva.".encode("cp850"), "teckenkodning"),
    "dubbel.txt": ("Möte. 1. Öva.".encode().decode("cp1252").encode(), "förstörda"),
    "bilder.pptx": (b"PK\x03\x04", "formatet"),
    "saknas.txt": (None, "finns inte"),
    "ord.vtt": (b"inga undertexter alls", "text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_gives_a_sentence_and_leaves_nothing(
    tmp_path: Path, folder: Path, name: str
) -> None:
    content, sentence = REFUSED[name]
    file = tmp_path / name
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        content(file)
    with pytest.raises(CorpusError, match=sentence):
        add_document(file, folder)
    assert not folder.exists() or list(folder.iterdir()) == []


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corpus", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_door_tells_what_it_found_and_leaves_out_the_broken(tmp_path: Path) -> None:
    broken = tmp_path / "trasig.pdf"
    broken.write_bytes(b"%PDF-1.7\ntrasig")
    done = _run("add", SOURCE, broken, "--corpus", tmp_path / "egen")
    assert done.returncode == 1
    assert "30 numrerade lärdomar" in done.stdout
    assert "rad 1: Site Overlay" in done.stdout
    assert "Inget dokument av trasig.pdf: PDF-filen är skadad" in done.stderr
    assert [file.name for file in (tmp_path / "egen").iterdir()] == ["skelleftea-2020.md"]
    again = _run("add", SOURCE, "--corpus", tmp_path / "egen")
    assert again.returncode == 2
    assert "finns redan" in again.stderr


def test_what_the_editor_says_counts_more_than_the_text(tmp_path: Path) -> None:
    options = ("--title", "Titeln", "--date", "2021-01-02", "--place", "Umeå", "--organiser", "Vi")
    done = _run("add", SOURCE, "--corpus", tmp_path, *options)
    assert done.returncode == 0
    document = read_document(tmp_path / "skelleftea-2020.md")
    assert (document.title, document.place, document.organiser) == ("Titeln", "Umeå", "Vi")
    assert document.short_name == "Umeå 2021"
