CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE visits (user_id STRING, clicks BIGINT, PRIMARY KEY (user_id) NOT ENFORCED) WITH ('connector' = 'print');
SET 'table.exec.state.ttl' = '36 h';
INSERT INTO visits
SELECT user_id, COUNT(*) FROM clicks GROUP BY user_id;
