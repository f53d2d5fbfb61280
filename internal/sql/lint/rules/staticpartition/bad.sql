CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE archive (id BIGINT, dt STRING) WITH ('connector' = 'filesystem', 'path' = 'file:///tmp/archive', 'format' = 'json');
INSERT INTO archive PARTITION (dt = '2026-01-01') SELECT id FROM orders; -- want
