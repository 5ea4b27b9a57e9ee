"""Describe the messages of the admin API, field for field those of the reference verification server."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from bluezone.authority.issuing.rules import MOST_IN_A_BATCH


def _absent(value: object) -> object:
    """Read null as an empty text, as Go does."""
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_absent), Field(default="", max_length=255)]
Padding = Annotated[str, BeforeValidator(_absent), Field(default="", description="ignored")]
Seconds = Annotated[int, Field(description="Unix seconds")]


class _Message(Schema):
    model_config: ClassVar[ConfigDict] = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class _Request(_Message):
    """Refuse fields that are not known, as the reference does: a misspelt one would be lost."""

    model_config: ClassVar[ConfigDict] = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")
    padding: Padding = ""


class IssueCodeRequest(_Request):
    """Ask for a code. At least one date (YYYY-MM-DD); `testType` is confirmed, likely, negative or user-report."""

    symptom_date: Text = ""
    test_date: Text = ""
    test_type: Text = ""
    tz_offset: float = Field(0, ge=-1_440, le=1_440, description="minutes east of UTC")
    phone: Text = ""
    sms_template_label: Text = ""
    uuid: Text = Field("", description="chosen by the caller, to ask for the code's state by; else by us")
    external_issuer_id: Text = Field("", alias="externalIssuerID", description="counted by, never kept with the case")
    only_generate_sms: bool = Field(False, alias="onlyGenerateSMS")


class IssueCodeResponse(_Message):
    """Hold a code, disclosed here and never again; or why there is none."""

    uuid: str = ""
    code: str = ""
    expires_at: Annotated[str, Field(description="RFC 1123, UTC")] = ""
    expires_at_timestamp: Seconds = 0
    long_expires_at: str = ""
    long_expires_at_timestamp: Seconds = 0
    generated_sms: Annotated[str, Field(alias="generatedSMS")] = ""
    phone: str = ""
    error: str = ""
    error_code: str = ""
    padding: str = ""


class BatchIssueCodeRequest(_Request):
    """Ask for up to ten codes, each as if alone."""

    codes: list[IssueCodeRequest] = Field(default_factory=list, description=f"at most {MOST_IN_A_BATCH}")


class BatchIssueCodeResponse(_Message):
    """Hold the answer to each request, in their order. The status is that of the first that failed."""

    codes: list[IssueCodeResponse] = Field(default_factory=list)
    error: str = ""
    error_code: str = ""
    padding: str = ""


class CodeRequest(_Request):
    """Name a code by the UUID that it was issued with."""

    uuid: Text = ""


class CheckCodeStatusResponse(_Message):
    """Say whether a code was used, and until when it is good."""

    claimed: bool = False
    expires_at_timestamp: Seconds = 0
    long_expires_at_timestamp: Seconds = 0
    padding: str = ""


class ExpireCodeResponse(_Message):
    """Say since when a code is no longer good."""

    uuid: str = ""
    expires_at_timestamp: Seconds = 0
    long_expires_at_timestamp: Seconds = 0
    padding: str = ""


class ErrorReturn(_Message):
    """Say in a sentence and a word why a request is refused."""

    error: str
    error_code: str = ""
    padding: str = ""


def dumped(message: Schema) -> dict[str, Any]:
    """Return a message as it is sent: without what is empty, as Go's `omitempty` leaves it out."""
    return message.model_dump(by_alias=True, exclude_defaults=True)
