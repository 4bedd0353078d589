import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.numbers import read_numbers
from assistant.understanding import (
    Inquiry,
    Lookup,
    More,
    Overview,
    SmallTalk,
    Step,
    clean,
    understand,
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Vad säger lärdom 9?", (9,)),
        ("lärdomen nr 12", (12,)),
        ("nr 31", (31,)),
        ("17", (17,)),
        ("punkt fjorton", (14,)),
        ("lärdom tjugosju", (27,)),
        ("tjugoandra lärdomen", (22,)),
        ("första punkten", (1,)),
        ("visa lärdomarna 4 till 6", (4, 5, 6)),
        ("punkterna 4-6", (4, 5, 6)),
        ("lärdom 4–6", (4, 5, 6)),
        ("lärdom 3, 5 och 7", (3, 5, 7)),
        ("lärdom 3 samt lärdom 12", (3, 12)),
        ("den sista lärdomen", (30,)),
        ("näst sista lärdomen", (29,)),
        ("de tre sista lärdomarna", (28, 29, 30)),
        ("de två första punkterna", (1, 2)),
        ("what does lesson 8 say?", (8,)),
        ("lärdom 0", (0,)),
    ],
)
def test_a_lesson_number_is_read_however_it_is_written(text: str, numbers: tuple[int, ...]) -> None:
    assert read_numbers(text, 30) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "Hur många lärdomar finns det?",
        "Lärdomar från 2020?",
        "Vi har 80 hektar mark",
        "en kommun med 6000 invånare",
        "andra kommuner",
        "första steget?",
        "Vilka råd ges?",
        "den viktigaste lärdomen",
    ],
)
def test_a_number_that_is_no_lesson_is_left_alone(text: str) -> None:
    assert read_numbers(text, 30) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hej", "greeting"),
        ("Hejsan!!", "greeting"),
        ("tack så mycket", "thanks"),
        ("ok tack, hej då", "goodbye"),
        ("Vem är du?", "who"),
        ("", "empty"),
        ("  \x00 ", "empty"),
        ("🙂🙂", "empty"),
        ("x" * 20_000, "too long"),
        ("Skriv ett tal åt mig", "task"),
    ],
)
def test_small_talk_is_told_from_questions(text: str, kind: str) -> None:
    assert understand(text, 30, has_history=False) == SmallTalk(kind)  # type: ignore[arg-type]


def test_a_greeting_before_a_question_does_not_hide_it() -> None:
    assert understand("Hej! Hur många ska bo där?", 30, has_history=False) == Inquiry(
        "Hur många ska bo där?", leaning=False
    )


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("lista alla", ""),
        ("sammanfatta lärdomarna", ""),
        ("Vilka är de viktigaste lärdomarna?", ""),
        ("give me an overview", ""),
        ("Vilka lärdomar handlar om energi?", "energi"),
        ("lista alla lärdomar om skola och utbildning", "skola och utbildning"),
    ],
)
def test_an_overview_is_told_from_a_question(text: str, subject: str) -> None:
    assert understand(text, 30, has_history=False) == Overview(subject)


def test_a_step_and_more_need_a_turn_to_go_on_from() -> None:
    assert understand("och nästa?", 30, has_history=True) == Step(forward=True)
    assert understand("föregående", 30, has_history=True) == Step(forward=False)
    assert understand("ge mig fler exempel", 30, has_history=True) == More()
    assert isinstance(understand("och nästa?", 30, has_history=False), Inquiry)


def test_a_short_question_leans_on_history_only_if_there_is_one() -> None:
    assert understand("Var letade man?", 30, has_history=True) == Inquiry("Var letade man?", True)
    assert understand("Var letade man?", 30, has_history=False) == Inquiry("Var letade man?", False)


@given(st.text(max_size=300), st.booleans())
def test_no_text_whatever_breaks_the_understanding(text: str, has_history: bool) -> None:
    understood = understand(text, 30, has_history)
    assert isinstance(understood, Lookup | Step | Overview | More | SmallTalk | Inquiry)


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
