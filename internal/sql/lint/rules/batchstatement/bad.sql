CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE archive (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'file:///tmp/archive', 'format' = 'json');
INSERT OVERWRITE archive SELECT id FROM orders; -- want
