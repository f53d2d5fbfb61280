CREATE FUNCTION country AS 'com.example.Country' LANGUAGE JAVA;
CREATE TEMPORARY FUNCTION tags AS 'com.example.Tags';
CREATE TABLE places (id INT, country STRING, tag STRING, weight DOUBLE) WITH ('connector' = 'print');
INSERT INTO places
SELECT id, country(customer, part), tag, weight FROM orders, LATERAL TABLE(tags(customer)) AS t (tag, weight);
