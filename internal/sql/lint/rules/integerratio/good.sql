CREATE TABLE requests (host STRING, failed BOOLEAN) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT host, CAST(COUNT(*) FILTER (WHERE failed) AS DOUBLE) / COUNT(*) AS failure_rate FROM requests GROUP BY host;
SELECT host, COUNT(*) / 60 AS per_second FROM requests GROUP BY host;
