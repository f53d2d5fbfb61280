CREATE TABLE orders (order_id BIGINT, user_id INT NOT NULL, product STRING, amount DECIMAL(10,2), qty SMALLINT, price DOUBLE, flag BOOLEAN, d DATE, tm TIME, tags ARRAY<STRING>, items ARRAY<ROW<sku STRING, n INT>>, attrs MAP<STRING,INT>, bag MULTISET<STRING>, addr ROW<city STRING, zip INT, geo ROW<lat DOUBLE, lon DOUBLE>>, rb BYTES, ts TIMESTAMP(3), lt TIMESTAMP_LTZ(3), `date` STRING, proc AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='b:9092','scan.startup.mode'='earliest-offset','format'='json');
CREATE TABLE users (id INT, name STRING, city STRING, age TINYINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector'='jdbc','url'='jdbc:postgresql://h/db','table-name'='users');
CREATE TABLE clicks (user_id INT, url STRING, ts TIMESTAMP(3), id INT, WATERMARK FOR ts AS ts) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='b:9092','scan.startup.mode'='earliest-offset','format'='json');
CREATE TABLE snk (a INT, b STRING, c DECIMAL(10,2)) WITH ('connector'='print');
CREATE TEMPORARY FUNCTION split AS 'autostream.oracle.udf.SplitWords';
CREATE TEMPORARY FUNCTION mask AS 'autostream.oracle.udf.Mask';
CREATE TEMPORARY FUNCTION last_of AS 'autostream.oracle.udf.LastOf';
