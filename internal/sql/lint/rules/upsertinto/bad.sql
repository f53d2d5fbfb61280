CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE latest (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
UPSERT INTO latest SELECT id FROM orders; -- want
