-- phone.sqlite3 of version 9, written by its own code (commit 43543fb^), not encrypted
BEGIN TRANSACTION;
CREATE TABLE about (scheme TEXT NOT NULL);
INSERT INTO "about" VALUES('en');
CREATE TABLE alert (id INTEGER PRIMARY KEY, body TEXT NOT NULL, running_s REAL NOT NULL DEFAULT 0);
INSERT INTO "alert" VALUES(1,'{"day_start_s": 1597622400, "policy": "bluezone", "policy_version": "2", "score": 31.5, "threshold": 15.0, "evidence": {"heard_s": 2700.0, "attenuation_db": 52.5, "probability": 0.82, "probability_range": [0.6, 0.9], "dose_minutes": null, "dose_range": null, "grade": null, "scans": null, "policy": "", "version": "", "dose_distance_m": null}, "created_at_s": 1597751900.0, "withdrawn_at_s": null, "correction": null, "near_minutes": [31.0, 20.0, 44.0], "watched_s": 50000.0}',0.0);
INSERT INTO "alert" VALUES(2,'{"day_start_s": 1597536000, "policy": "bluezone", "policy_version": "2", "score": 16.0, "threshold": 15.0, "evidence": {"heard_s": 960.0, "attenuation_db": 60.0, "probability": null, "probability_range": null, "dose_minutes": null, "dose_range": null, "grade": null, "scans": null, "policy": "", "version": "", "dose_distance_m": null}, "created_at_s": 1597747000.0, "withdrawn_at_s": 1597751950.0, "correction": null, "near_minutes": null, "watched_s": null}',0.0);
CREATE TABLE asked (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL, code_hash BLOB NOT NULL, nonce BLOB NOT NULL, asked_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
);
CREATE TABLE attempt (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL, code_hash BLOB NOT NULL, token TEXT NOT NULL, started_at_s REAL NOT NULL,
    keys TEXT, hmac_key BLOB, certificate TEXT, sent INTEGER NOT NULL DEFAULT 0,
    result TEXT, agreed INTEGER NOT NULL DEFAULT 0, running_s REAL NOT NULL DEFAULT 0
);
INSERT INTO "attempt" VALUES(1,X'73737373737373737373737373737373',X'01374BF2E7A8FAAE851F9249EB295C10E3FE5E941AC77A9A894F2B806A4931B0','token of version 9',1597752000.0,NULL,NULL,NULL,0,'["confirmed", "2020-08-17", "2020-08-16"]',0,0.0);
CREATE TABLE bad_export (
    name TEXT PRIMARY KEY, tries INTEGER NOT NULL, retry_at_s REAL NOT NULL, error TEXT NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE believed_time (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    running_s REAL NOT NULL, boot TEXT NOT NULL, since_boot_s REAL NOT NULL, boot_running_s REAL NOT NULL,
    wall_s REAL NOT NULL, time_s REAL NOT NULL, state TEXT NOT NULL,
    floor_s REAL, floor_running_s REAL NOT NULL, agreed INTEGER NOT NULL,
    lost_until_s REAL NOT NULL, unsure TEXT NOT NULL
);
CREATE TABLE daily_key (
    key BLOB PRIMARY KEY, start_s INTEGER NOT NULL, end_s INTEGER NOT NULL CHECK (start_s < end_s),
    published INTEGER NOT NULL DEFAULT 0, running_s REAL NOT NULL DEFAULT 0
);
INSERT INTO "daily_key" VALUES(X'6EA687766EACFB9CF05E915FFCEB6244',1597536000,1597622400,1,0.0);
INSERT INTO "daily_key" VALUES(X'AA5177230732A72F55FFD6DD5E8338AD',1597622400,1597708800,0,0.0);
CREATE TABLE declaration (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, written_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
);
INSERT INTO "declaration" VALUES(1,'{"day": "2020-08-18", "declaration": "efefefefefefefefefefefefefefefef", "message": "a declaration that waits", "stage": "waiting", "written_at_s": 1597752000.0, "urgent": true, "refusal": ""}',1597752000.0,0.0);
CREATE TABLE drift (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
CREATE TABLE export (
    name TEXT PRIMARY KEY, content BLOB, stored_at_s REAL NOT NULL, checked_at_s REAL, keys INTEGER,
    running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO "export" VALUES('452/1597708800-00001.zip',NULL,1597752000.0,1597752000.0,30,0.0);
INSERT INTO "export" VALUES('452/1597712400-00002.zip',X'6E6F74207265616420796574',1597752000.0,NULL,NULL,0.0);
CREATE TABLE exposure_report (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, written_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
);
INSERT INTO "exposure_report" VALUES(1,'{"day_start_s": 1597622400, "report": "abababababababababababababababab", "message": "a message that waits", "stage": "waiting", "written_at_s": 1597752000.0, "sent_at_s": null, "refusal": ""}',1597752000.0,0.0);
CREATE TABLE guidance_document (
    area TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE guidance_refused (area TEXT PRIMARY KEY, fault TEXT NOT NULL) WITHOUT ROWID
;
CREATE TABLE heard_list (
    one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL, written_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
);
INSERT INTO "heard_list" VALUES(1,'{"heard": "cdcdcdcdcdcdcdcd", "token": "revision of version 9", "stage": "waiting", "written_at_s": 1597752000.0, "refusal": ""}',1597752000.0,0.0);
CREATE TABLE installation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL, replaces BLOB NOT NULL, registered TEXT NOT NULL, active_day INTEGER NOT NULL
);
CREATE TABLE isolation (
    one INTEGER PRIMARY KEY CHECK (one = 1), code TEXT NOT NULL, used_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
);
INSERT INTO "isolation" VALUES(1,'7K3MQ2X7K3MQ2XAB',1597752000.0,0.0);
CREATE TABLE matched_key (id INTEGER PRIMARY KEY, body TEXT NOT NULL, running_s REAL NOT NULL DEFAULT 0);
INSERT INTO "matched_key" VALUES(1,'["101112131415161718191a1b1c1d1e1f", 2662560, 144, 4, 5, null, 1597752000.0]',0.0);
INSERT INTO "matched_key" VALUES(2,'["000102030405060708090a0b0c0d0e0f", 2662416, 144, 4, 1, -1, null]',0.0);
CREATE TABLE news_document (
    area TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE news_received (
    id TEXT PRIMARY KEY, first_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID
;
CREATE TABLE news_refused (area TEXT PRIMARY KEY, fault TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE notice (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
CREATE TABLE number (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    request BLOB NOT NULL, number TEXT NOT NULL, language TEXT NOT NULL, commune TEXT NOT NULL,
    receipt TEXT NOT NULL, asked_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
);
CREATE TABLE own_log (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
CREATE TABLE policy (
    region TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID
;
CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "preference" VALUES('agreed_at_s','1597492800.0');
INSERT INTO "preference" VALUES('commune','"34:31471"');
INSERT INTO "preference" VALUES('counted','true');
INSERT INTO "preference" VALUES('language','"en"');
INSERT INTO "preference" VALUES('published_at_s','1597665600.0');
INSERT INTO "preference" VALUES('sharing','"shared"');
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, published_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0);
INSERT INTO "revision" VALUES(1,'revision of version 9',1597665600.0,0.0);
CREATE TABLE user_report (
    one INTEGER PRIMARY KEY CHECK (one = 1), nonce BLOB NOT NULL, asked_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
);
CREATE INDEX daily_key_start ON daily_key (start_s);
COMMIT;
PRAGMA user_version = 9;
