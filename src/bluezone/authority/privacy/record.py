"""Describe every processing of personal data: purpose, legal ground, who sees it, until when, by what it is deleted.

The record is complete by a test: each model belongs to one activity, or to `NO_PERSON` with the reason; each rule of
retention belongs to an activity, or deletes nothing of a person; each test that is named exists. Ends, deleting
functions, fields and officers' pages are read from the code (`services.py`), never written here.

Sources: Law 91/2025/QH15 (articles 9, 19, 21, 23, 33) and Decree 356/2025/NĐ-CP, by summaries that quote them; Law
114/2025/QH15 by citations alone. Whoever runs an installation has its counsel check the grounds.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Ground(enum.Enum):
    """Name what makes a processing lawful."""

    HEALTH = "health"
    CONSENT = "consent"
    SERVICE = "service"


class Category(enum.Enum):
    """Name the category that Decree 356/2025/NĐ-CP gives to what is processed."""

    BASIC = "basic"
    SENSITIVE = "sensitive"
    PSEUDONYM = "pseudonym"


GROUNDS: Mapping[Ground, StrOrPromise] = {
    Ground.HEALTH: _(
        "the surveillance of infectious diseases by health offices (Law 114/2025/QH15 on disease prevention), without "
        "consent by Article 19 of Law 91/2025/QH15"
    ),
    Ground.CONSENT: _("the person’s consent, given on a screen of its own and withdrawn there (Articles 9 and 10)"),
    Ground.SERVICE: _("the duty to protect data and to account for access (Articles 12 and 37 of Law 91/2025/QH15)"),
}
CATEGORIES: Mapping[Category, StrOrPromise] = {
    Category.BASIC: _("basic personal data"),
    Category.SENSITIVE: _("sensitive personal data: health"),
    Category.PSEUDONYM: _("pseudonyms and random numbers, which identify nobody without other data"),
}


@dataclass(frozen=True, slots=True)
class Activity:
    """Describe one processing. `models` as Django labels them; `ends` are the beginnings of the rules of retention that
    end it (`registries.retention`); `kept` says what those leave."""

    name: str
    title: StrOrPromise
    purpose: StrOrPromise
    ground: Ground
    category: Category
    whose: StrOrPromise
    seen_by: StrOrPromise
    models: tuple[str, ...]
    ends: tuple[str, ...]
    tests: tuple[str, ...]
    kept: StrOrPromise = ""


_PATIENTS = _("patients, and people who were near them")
_OWNERS = _("owners of telephones with the app")
_OFFICE = _("officers of the health office of the place who may confirm cases, and of those above it")
_JOB = _("no person: a program of the server")

ACTIVITIES = (
    Activity(
        "identities",
        _("Who people are"),
        _("To reach a patient and those who were near, and to answer what people ask about their own data."),
        Ground.HEALTH,
        Category.BASIC,
        _PATIENTS,
        _("officers of the owning office who may read health data, with a reason that is noted; nobody above it"),
        ("persons.Person", "persons.DataCode", "persons.DataRequest", "work.Task"),
        ("who people are", "codes with which a person sees", "tasks that are done"),
        ("tests/authority/persons", "test_the_identity_goes_first_and_the_contact_stays_without_one"),
    ),
    Activity(
        "cases",
        _("Cases and their codes"),
        _("To confirm a case once, and to let its phone publish its keys once."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _("patients"),
        _OFFICE,
        (
            "diagnosis.Case",
            "diagnosis.Merge",
            "diagnosis.OneTimeCode",
            "diagnosis.VerificationToken",
            "diagnosis.RanOut",
            "diagnosis.CodeMessage",
        ),
        ("cases: dates", "one-time codes", "the minutes in which", "telephone numbers that codes"),
        (
            "test_who_a_case_is_stands_apart_and_a_pseudonym_in_its_place",
            "test_neither_code_nor_token_nor_nonce_stands_in_the_database",
            "test_a_code_is_shown_once_and_kept_nowhere",
            "test_tries_and_tokens_leave_with_their_case",
        ),
    ),
    Activity(
        "keys",
        _("Published keys"),
        _("So that phones find out by themselves whether they were near a patient."),
        Ground.CONSENT,
        Category.PSEUDONYM,
        _("patients who published, and asked contacts where that is turned on"),
        _("everybody: random keys, which name nobody"),
        (
            "keys.PublishedKey",
            "keys.ContactKey",
            "keys.ExportBatch",
            "keys.ExportFile",
            "reports.PublicRpik",
        ),
        ("published keys", "RPIKs of published keys"),
        (
            "test_after_14_days_keys_files_and_index_lines_are_gone",
            "test_no_copy_of_the_database_leads_from_a_contact_to_its_keys",
            "test_a_released_contacts_keys_are_revoked",
            "test_the_opened_key_of_another_patient_is_public_and_corroborates_nothing",
        ),
    ),
    Activity(
        "own-reports",
        _("Reports without a health office"),
        _("To send one code to a number, once in 90 days, where the ministry allows it."),
        Ground.CONSENT,
        Category.PSEUDONYM,
        _OWNERS,
        _JOB,
        ("issuing.UserReport", "issuing.UserReportRequest"),
        ("numbers that reported by themselves", "requests for a code by text message"),
        ("test_neither_number_nor_code_nor_nonce_is_kept_in_clear",),
    ),
    Activity(
        "laboratories",
        _("Results of laboratories"),
        _("To know whose result it is, and to tell a correction from a copy."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _("people who were tested"),
        _OFFICE,
        ("issuing.LabResult", "issuing.LabCorrection"),
        ("results of laboratories",),
        ("tests/authority/issuing/test_results",),
    ),
    Activity(
        "reports",
        _("Exposure reports and heard lists"),
        _("To call who was warned, and to judge by keyed entries whether the warning is borne out."),
        Ground.CONSENT,
        Category.SENSITIVE,
        _OWNERS,
        _("a program; what it says is to be done, the office of the place"),
        (
            "reports.Report",
            "reports.ReportedKey",
            "reports.AwaitedEntries",
            "reports.SeenReport",
            "reports.HeardList",
            "reports.HeardListOf",
            "reports.JobKey",
        ),
        ("exposure reports /", "heard lists of patients", "entries under which a heard list"),
        (
            "test_lists_and_their_key_are_gone_after_14_days_and_reports_after_21",
            "test_a_report_that_is_taken_back_is_gone_and_does_not_come_again",
            "test_the_opened_key_is_gone_with_the_verdict",
            "test_of_who_is_no_contact_the_number_is_deleted_at_once",
            "test_what_waits_for_a_list_names_no_identifier_and_goes_with_the_decision",
            "test_after_three_days_a_list_corroborates_nobody_and_nothing_is_kept_for_it",
            "test_without_the_key_of_the_day_nobody_finds_anything_in_a_list",
        ),
    ),
    Activity(
        "warned",
        _("How many phones warned"),
        _("To estimate how many people were warned; half of the answers are a coin’s."),
        Ground.CONSENT,
        Category.PSEUDONYM,
        _OWNERS,
        _JOB,
        ("reports.WarnedAnswer",),
        ("that an answer came",),
        (
            "test_a_copied_database_says_nothing_of_one_phone",
            "test_marks_go_when_the_week_is_closed_and_sums_after_90_days",
        ),
    ),
    Activity(
        "tracing",
        _("Cases, contacts and travellers by pseudonym"),
        _("So that nobody is forgotten or traced twice, and an outbreak is understood."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _PATIENTS,
        _OFFICE,
        (
            "episodes.Episode",
            "episodes.Exposure",
            "episodes.Event",
            "episodes.WarningCode",
            "episodes.Handover",
            "epidemiology.Snapshot",
        ),
        ("cases and contacts by pseudonym", "rows for the figures"),
        (
            "test_contacts_go_after_half_a_year_with_their_meetings",
            "test_calls_go_with_the_episode",
            "test_a_snapshot_does_not_outlive_its_rows",
            "test_fields_that_no_sheet_has_are_stored_nowhere",
            "test_the_other_province_sees_of_all_that_only_its_own_case",
            "test_another_commune_takes_somebody_over_when_it_accepts",
        ),
    ),
    Activity(
        "isolation",
        _("Isolation and quarantine"),
        _("So that who is apart from others is cared for, visited and released in time."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _PATIENTS,
        _("the commune, the district and the province; at a site its head; address and number the commune alone"),
        ("episodes.Stay", "episodes.EpisodeTest", "episodes.Letter"),
        ("isolation: how people were", "isolation: a stay's dates"),
        (
            "test_what_was_declared_and_where_a_home_was_go_14_days_after_the_stay",
            "test_address_and_link_are_stored_encrypted_and_for_one_row",
            "test_address_and_number_open_to_who_goes_there",
            "test_a_code_is_read_however_it_is_typed_and_ends_with_the_stay",
            "test_an_order_is_a_pdf_and_its_code_names_nobody",
        ),
    ),
    Activity(
        "declarations",
        _("Health declarations and passes"),
        _("So that the health station calls who needs help, and a pass can be shown and taken back."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _("people who declare their health, and those they declare for"),
        _("the commune, the district and the province; of a pass no name"),
        ("declarations.HealthDeclaration", "passes.IssuedPass"),
        ("health declarations", "passes: number"),
        (
            "test_declarations_go_after_the_days_of_their_form",
            "test_a_stolen_database_tells_neither_who_nor_how",
            "test_identity_and_answers_are_under_different_keys_and_bound_to_their_row",
            "test_a_stolen_database_holds_no_text_of_a_pass_and_no_name",
            "test_passes_are_deleted_when_they_have_run_out",
            "test_a_corrected_declaration_gets_a_new_pass_and_its_old_one_is_listed",
        ),
    ),
    Activity(
        "doors",
        _("Entries at doors"),
        _("To call guests if somebody infected was there at the same hour."),
        Ground.CONSENT,
        Category.BASIC,
        _("visitors who leave a pass or a number"),
        _("nobody at the door; for a case, two officers of the province together"),
        ("door.DoorEntry", "door.DoorOpening", "day_keys.DayKey"),
        ("entries at doors", "keys of a day"),
        (
            "test_a_stolen_database_tells_nobody_who_was_there",
            "test_after_fourteen_days_entries_openings_and_keys_are_gone",
            "test_two_officers_of_the_province_open_a_window_and_the_log_names_it",
            "test_keys_of_today_and_the_days_ahead_are_made_once_and_end_with_their_days",
        ),
    ),
    Activity(
        "places",
        _("Places where a case was"),
        _("To warn the diaries of phones that were at a place at the same time."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _("patients, and phones that gave check-ins"),
        _OFFICE,
        ("places.RiskyWindow", "places.Sharer", "places.SharerKey", "places.SharedStay", "places.PlacePackage"),
        ("risky places",),
        (
            "test_all_of_a_stay_goes_after_fourteen_days",
            "test_a_stolen_database_tells_no_time_and_no_key",
            "test_check_ins_go_14_days_after_their_end",
            "test_keys_that_are_taken_back_take_the_check_ins_with_them",
        ),
    ),
    Activity(
        "owners",
        _("Registrations of places"),
        _("To confirm a place with who answers for it."),
        Ground.CONSENT,
        Category.BASIC,
        _("owners of places"),
        _("officers of the commune"),
        ("places.PlaceRegistration",),
        ("registrations of places",),
        (
            "test_what_was_never_confirmed_goes_after_thirty_days",
            "test_a_stolen_database_holds_no_number_and_no_receipt",
        ),
    ),
    Activity(
        "numbers",
        _("Telephone numbers for messages"),
        _("To send news and codes to people without the app, who asked for them."),
        Ground.CONSENT,
        Category.BASIC,
        _("people who left their number"),
        _("no officer; the gateway that sends the messages"),
        ("messages.NumberRequest", "messages.PhoneNumber", "messages.OutgoingMessage"),
        ("telephone numbers: requests", "text messages with codes"),
        ("tests/authority/messages",),
    ),
    Activity(
        "installations",
        _("Counted installations"),
        _("To count the app’s installations by commune."),
        Ground.CONSENT,
        Category.PSEUDONYM,
        _OWNERS,
        _("nobody one by one; officers and the public see sums"),
        ("campaign.Installation",),
        ("installations that are counted",),
        ("tests/authority/campaign/public/test_rollup",),
    ),
    Activity(
        "households",
        _("Visits to households"),
        _("So that no household of a hamlet is visited twice or left out."),
        Ground.CONSENT,
        Category.PSEUDONYM,
        _("households, by number"),
        _("the commune and its teams"),
        ("outreach.HouseholdVisit",),
        ("which household of a hamlet",),
        ("tests/authority/outreach",),
    ),
    Activity(
        "files",
        _("Files that officers bring"),
        _("To show what would be stored before it is."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _PATIENTS,
        _("the officer who brought the file"),
        ("site.Upload", "site.RememberedMapping"),
        ("files officers brought", "what officers answered"),
        (
            "test_the_file_lies_encrypted_and_goes_with_the_decision",
            "test_a_file_is_shown_to_who_brought_it_alone",
        ),
    ),
    Activity(
        "protection",
        _("Protection from guessing and overload"),
        _("So that codes cannot be guessed, and nobody keeps the service from others."),
        Ground.SERVICE,
        Category.PSEUDONYM,
        _("everybody whose device asks the server, by a digest of its address"),
        _JOB,
        (
            "device_api.RateWindow",
            "diagnosis.WrongTry",
            "axes.AccessAttempt",
            "axes.AccessAttemptExpiration",
            "axes.AccessFailureLog",
            "axes.AccessLog",
        ),
        ("requests of a caller", "how many wrong and accepted codes", "failed logins"),
        ("test_a_count_of_tries_holds_no_address",),
    ),
    Activity(
        "partners",
        _("Records handed to other systems"),
        _("So that a ministry’s other systems get by an agreement what would else be typed off."),
        Ground.HEALTH,
        Category.SENSITIVE,
        _PATIENTS,
        _("the partner that the agreement names; of what was handed over officers of the ministry, and of a person"),
        ("partners.Agreement", "partners.Delivery"),
        ("agreements with partners",),
        (
            "test_without_an_agreement_that_holds_nothing_leaves",
            "test_a_persons_page_and_the_person_learn_who_got_what",
            "test_a_pseudonym_tells_no_name_and_what_somebody_wrote_does_not_go_along",
            "test_agreements_go_three_years_after_their_end",
        ),
    ),
    Activity(
        "officers",
        _("Officers, and what they did"),
        _("So that each officer sees what the own office needs, and whoever was looked at can ask by whom."),
        Ground.SERVICE,
        Category.BASIC,
        _("officers, heads of units, owners of machines’ keys"),
        _("the officer; who directs the place reads its audit log"),
        (
            "officers.User",
            "officers.Phone",
            "officers.RecoveryCodes",
            "officers.OfficerToken",
            "officers.ApiKey",
            "officers.OfficeLetterhead",
            "sessions.Session",
            "auditlog.LogEntry",
            "persons.Shift",
            "persons.Opening",
            "epidemiology.SavedView",
            "privacy.Breach",
        ),
        ("sessions of officers", "machines' tokens", "the audit log", "shifts in which", "breaches"),
        ("tests/authority/officers",),
        _("Accounts stay until who directs the place closes them, or the service ends."),
    ),
)

#: models without a person, and why; an officer who entered something is of the activity “officers”
NO_PERSON: Mapping[str, tuple[str, ...]] = {
    "rights, groups and types of Django": ("auth.Permission", "auth.Group", "contenttypes.ContentType"),
    "the server, its clock, jobs and secrets": (
        "site.ClockMark",
        "site.ClockGap",
        "site.Installation",
        "site.JobRun",
        "signing.SigningKey",
        "documents.SignedDocument",
        "keys.Probe",
        "keys.SecondOrderSwitch",
        "episodes.ProtocolEdition",
        "declarations.PublishedForm",
        "privacy.Ending",
    ),
    "units, offices, orders and what they publish": (
        "officers.Office",
        "officers.OfficeTask",
        "units.Organisation",
        "units.OwnSector",
        "messages.NewsItem",
        "messages.GuidanceEntry",
        "diagnosis.QuotaFactor",
        "federation.Source",
        "federation.SourceKey",
        "federation.SourceFile",
        "episodes.Bed",
        "door.DoorList",
        "door.DoorLink",
        "door.Round",
        "door.Visit",
        "door.RoundStop",
        "places.Place",
        "places.Entrance",
        "outreach.Hamlet",
        "outreach.VisitTeam",
        "outreach.UnionTask",
        "campaign.IssuedBulletin",
        "campaign.PrintedTable",
        "campaign.ApprovedDay",
        "campaign.Reminder",
        "campaign.Directive",
        "campaign.Target",
        "simulations.Simulation",
    ),
    "counts and sums": (
        "device_api.RefusalDay",
        "messages.SendingFailure",
        "diagnosis.CodeCount",
        "diagnosis.CodeUse",
        "keys.PublishNote",
        "keys.PublishHour",
        "issuing.ExternalIssuerDay",
        "issuing.CodeDay",
        "reports.IndexedBatch",
        "reports.VerdictDay",
        "reports.WarnedWeek",
        "episodes.Roster",
        "door.DoorTap",
        "door.DoorDay",
        "outreach.FamilyTally",
        "outreach.VisitDay",
        "campaign.DailyCount",
        "campaign.Population",
        "campaign.FiguresState",
    ),
}

#: beginnings of the rules of retention that end nothing of a person
RULES_WITHOUT_PERSON = (
    "how many codes and tokens of phones were refused",
    "signed documents",
    "what people who were warned were asked",
    "codes a day of an officer",
    "counts of publish requests",
    "files of other authorities",
    "counts of codes",
    "how many exposure reports",
    "people in quarantine: a place's counts",
    "answers at doors",
    "a day's sums of a door",
    "visits to doors",
    "tasks of unions",
    "issued bulletins",
)
