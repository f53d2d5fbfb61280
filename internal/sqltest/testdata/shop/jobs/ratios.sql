CREATE TABLE ratios (id INT, ratio INT) WITH ('connector' = 'print');
INSERT INTO ratios SELECT id, 100 / part FROM orders;
