CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
BEGIN STATEMENT SET;
SET 'table.exec.mini-batch.size' = '1000'; -- want "INSERTs only"
INSERT INTO sink SELECT id, item FROM orders;
SELECT id FROM orders; -- want
END;
END; -- want "without BEGIN"
