CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item, mood FROM ML_PREDICT(TABLE orders, MODEL sentiment, DESCRIPTOR(item)); -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE MODEL sentiment INPUT (item STRING) OUTPUT (mood STRING) WITH ('provider' = 'openai', 'endpoint' = 'https://models.example/v1', 'model' = 'm', 'task' = 'classification');
SELECT item, mood FROM ML_PREDICT(TABLE orders, MODEL sentiment, DESCRIPTOR(item));
