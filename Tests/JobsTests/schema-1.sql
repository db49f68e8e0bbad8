CREATE TABLE datasets (
  id TEXT NOT NULL PRIMARY KEY,
  created TEXT NOT NULL,
  images INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  classes TEXT NOT NULL,
  audit TEXT NOT NULL
);
CREATE TABLE events (
  job INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  time TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('state', 'progress', 'epoch', 'log')),
  json TEXT NOT NULL,
  PRIMARY KEY (job, sequence)
) WITHOUT ROWID;
CREATE TRIGGER eventsFollowOneAnother BEFORE INSERT ON events
WHEN NEW.sequence <> 1 + (SELECT COALESCE(MAX(sequence), 0) FROM events WHERE job = NEW.job)
BEGIN SELECT RAISE(ABORT, 'events follow one another without gaps'); END;
CREATE TRIGGER eventsNeverChange BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events never change'); END;
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'preparing', 'running', 'paused', 'evaluating', 'publishing',
    'succeeded', 'failed', 'cancelled')),
  desired TEXT NOT NULL CHECK (desired IN ('running', 'paused', 'cancelled')),
  stage TEXT,
  progress REAL NOT NULL,
  secondsLeft REAL,
  created TEXT NOT NULL,
  started TEXT,
  ended TEXT,
  attempt INTEGER NOT NULL,
  reached REAL NOT NULL,
  fruitless INTEGER NOT NULL,
  request TEXT NOT NULL,
  dataset TEXT NOT NULL,
  name TEXT NOT NULL,
  modelName TEXT,
  modelVersion TEXT,
  problem TEXT,
  childID INTEGER,
  childStart TEXT,
  childBoot TEXT,
  lastEvent INTEGER NOT NULL
);
CREATE INDEX jobsByState ON jobs (state);
