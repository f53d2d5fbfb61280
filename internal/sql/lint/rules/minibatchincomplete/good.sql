CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '2 s';
SET 'table.exec.mini-batch.size' = '5000';
SELECT page, COUNT(*) AS clicks FROM clicks GROUP BY page;
