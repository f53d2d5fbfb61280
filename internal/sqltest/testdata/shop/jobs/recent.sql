CREATE TABLE recent (day_of DATE, n BIGINT) WITH ('connector' = 'print');
CREATE TABLE per_second (n BIGINT) WITH ('connector' = 'print');
INSERT INTO recent SELECT CURRENT_DATE, COUNT(*) FROM orders WHERE CAST(ts AS TIMESTAMP_LTZ(3)) > CURRENT_TIMESTAMP - INTERVAL '1' HOUR;
INSERT INTO per_second
SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(arrived), INTERVAL '1' SECOND)) GROUP BY window_start, window_end;
