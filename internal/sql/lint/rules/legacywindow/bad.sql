CREATE TABLE clicks (page STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
SELECT page, TUMBLE_START(ts, INTERVAL '1' MINUTE) AS minute_start, COUNT(*) AS clicks
FROM clicks
GROUP BY page, TUMBLE(ts, INTERVAL '1' MINUTE); -- want
