CREATE DATABASE archive;
CREATE TABLE archive.kept (id INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
USE archive;
INSERT INTO kept SELECT id FROM default_catalog.default_database.orders;
