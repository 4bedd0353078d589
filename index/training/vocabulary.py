"""Learns the lower-casing Swedish–English sub-word vocabulary."""

from collections.abc import Iterable

from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer

SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def train_vocabulary(texts: Iterable[str], size: int = 32_000) -> Tokenizer:
    """A WordPiece tokenizer of at most ``size`` sub-words that keeps å, ä and ö apart from a and o.

    WordPiece, because the English MiniLM's vocabulary is of that kind: sub-words that both have
    can start from the vector that the English model gives them.
    """
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True, strip_accents=False)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder()
    trainer = WordPieceTrainer(
        vocab_size=size, min_frequency=3, special_tokens=SPECIAL_TOKENS, limit_alphabet=400
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def frame_for_transformer(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer, each text framed by [CLS] and [SEP] as BERT expects."""
    framed = Tokenizer.from_str(tokenizer.to_str())
    framed.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[(token, framed.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return framed
