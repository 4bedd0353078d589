"""Takes what a reader thought of a reply to the question log."""

import logging

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, Field

from assistant.question_log import LONGEST_REASON, QuestionLog, QuestionLogError, Verdict

VERDICT_PATH = "/omdome"
THANKS = "Tack! Ditt svar är sparat."
_TOO_LATE = "Frågan finns inte kvar, så omdömet kunde inte sparas."
_FAILED = "Omdömet kunde inte sparas. Försök igen om en stund."

_log = logging.getLogger(__name__)


class Judgement(BaseModel):
    """What the page sends: which reply, whether it helped, and why."""

    id: str = Field(max_length=64)
    verdict: Verdict
    reason: str = Field("", max_length=LONGEST_REASON)


def feedback_routes(log: QuestionLog) -> APIRouter:
    """The one route, which exists only where questions are logged."""
    router = APIRouter(include_in_schema=False)

    @router.post(VERDICT_PATH)
    def judge(judgement: Judgement) -> Response:
        try:
            known = log.judge(judgement.id, judgement.verdict, judgement.reason)
        except QuestionLogError:
            _log.exception("a verdict could not be logged")
            return PlainTextResponse(_FAILED, 503)
        return PlainTextResponse(THANKS) if known else PlainTextResponse(_TOO_LATE, 404)

    return router
