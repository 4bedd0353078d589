"""Lexical evidence: the question's own n-grams against those of the index's rows."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from index.words import CharacterNgrams, NgramRows

TEXTS = [
    "Bygg attraktiva bostäder/bostadsområden.",
    "Förbered ett lager av byggbara tomter.",
    "Vi ska bli 80 000 invånare och bygga 5 000 lägenheter till 2025.",
    "En å, ett ö.",
]
QUESTIONS = [
    "Hur många bostäder ska byggas?",
    "tomt",
    "BYGGA tomterna",
    "xyz",
    "",
    "å i ö en en en",
]


def test_a_question_weighs_as_the_library_weighs_a_text() -> None:
    """Our n-grams of one text are those of scikit-learn's char_wb analyzer, weights and all."""
    library = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(TEXTS)
    words, matrix = CharacterNgrams.learn(TEXTS)
    expected = (library.transform(QUESTIONS) @ library.transform(TEXTS).T).toarray()
    rows = NgramRows.of(matrix)
    found = np.asarray([rows.cosines(words.vector(question)) for question in QUESTIONS])
    assert found == pytest.approx(expected, abs=1e-5)
    assert found.max() > 0.1


def test_a_text_is_most_like_itself() -> None:
    words, matrix = CharacterNgrams.learn(TEXTS)
    rows = NgramRows.of(matrix)
    for place, text in enumerate(TEXTS):
        cosines = rows.cosines(words.vector(text))
        assert cosines[place] == pytest.approx(1, abs=1e-5)
        assert cosines.argmax() == place
