"""Name what is noted of an episode: roles, classifications, states of follow-up, settings, events, journeys. Terms are
those of SORMAS where they fit."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class Role(enum.StrEnum):
    """Name what a person is in an outbreak: a case, a contact of a case, a contact of such a contact, or somebody who
    came from an area with an outbreak or from abroad."""

    F0 = "f0"
    F1 = "f1"
    F2 = "f2"
    TRAVELLER = "traveller"


class Classification(enum.StrEnum):
    """Name how sure it is that the person is what the role says."""

    SUSPECTED = "suspected"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"
    NOT = "not"


class FollowUp(enum.StrEnum):
    """Name the state of the follow-up."""

    RUNNING = "running"
    COMPLETED = "completed"
    LOST = "lost"
    CANCELLED = "cancelled"


class Outcome(enum.StrEnum):
    """Name how an episode ended."""

    RECOVERED = "recovered"
    DIED = "died"
    MOVED = "moved"
    #: follow-up ended, and the person did not fall ill
    WELL = "well"


class Setting(enum.StrEnum):
    """Name where people were near each other."""

    HOUSEHOLD = "household"
    WORK = "work"
    SCHOOL = "school"
    OTHER = "other"


class FoundBy(enum.StrEnum):
    """Name how an office learnt of an exposure: the contact's phone warned and the contact reported it, or somebody was
    asked."""

    APP = "app"
    HAND = "hand"


class EventKind(enum.StrEnum):
    """Name what happened on a person's time line."""

    CALL = "call"
    #: signs, temperature, oxygen: noted by an officer, a visit or a call
    CHECK = "check"
    #: hospital, intensive care, discharge, outcome
    COURSE = "course"
    #: another role, classification or state of follow-up
    CHANGE = "change"
    #: medicine bag given, referral
    CARE = "care"
    #: where the person came from, when, by what
    TRAVEL = "travel"
    NOTE = "note"


#: what an office gives, and that somebody was taken to hospital: words of events of care
MEDICINE, REFERRAL = "medicine-bag", "referral"


class Course(enum.StrEnum):
    """Name a step of the course that is noted: hospital, and how it ended."""

    ADMITTED = "admitted"
    INTENSIVE = "intensive"
    DISCHARGED = "discharged"
    WELL = "well"
    DIED = "died"
    MOVED = "moved"
    LOST = "lost"


HOSPITAL = (Course.ADMITTED, Course.INTENSIVE, Course.DISCHARGED)
OUTCOMES = (Course.WELL, Course.DIED, Course.MOVED, Course.LOST)


class Vehicle(enum.StrEnum):
    """Name by what somebody travelled."""

    PLANE = "plane"
    TRAIN = "train"
    COACH = "coach"
    CAR = "car"
    MOTORBIKE = "motorbike"
    BOAT = "boat"


@dataclass(frozen=True, slots=True)
class Travel:
    """Describe a journey: from where, the day of arrival, by what, its number and seat."""

    origin: str
    arrived_on: dt.date
    by: str
    number: str = ""


class StayKind(enum.StrEnum):
    """Name where somebody is isolated."""

    HOME = "home"
    SITE = "site"
    HOSPITAL = "hospital"


class Decision(enum.StrEnum):
    """Name what an office decided of somebody who may be a contact: classification and follow-up in one word."""

    WAITING = "waiting"
    CONTACT = "contact"
    NOT = "not"
    LOST = "lost"


class Reached(enum.StrEnum):
    """Name what became of a call."""

    YES = "reached"
    NO_ANSWER = "no-answer"
    WRONG_NUMBER = "wrong-number"
    REFUSED = "refused"
