CREATE TABLE requests (host STRING, failed BOOLEAN) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT host, COUNT(*) FILTER (WHERE failed) / COUNT(*) AS failure_rate FROM requests GROUP BY host; -- want
