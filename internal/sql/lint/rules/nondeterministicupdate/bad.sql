CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE counts (page STRING, clicks BIGINT, `at` TIMESTAMP_LTZ(3)) WITH ('connector' = 'print');
INSERT INTO counts
SELECT page, COUNT(*), CURRENT_TIMESTAMP FROM clicks GROUP BY page; -- want "CURRENT_TIMESTAMP"
