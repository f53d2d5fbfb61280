-- tables.sql --
CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '100');
CREATE TABLE agents (agent STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '100'); -- want "agents"
CREATE TABLE pages (page STRING) WITH ('connector' = 'blackhole');
-- jobs/pages.sql --
INSERT INTO pages SELECT page FROM clicks;
