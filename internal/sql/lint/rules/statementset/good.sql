CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
SET 'table.exec.mini-batch.size' = '1000';
BEGIN STATEMENT SET;
INSERT INTO sink SELECT id, item FROM orders;
END;
