-- Orders that count, with what is known about who bought what.
CREATE VIEW sales AS
SELECT o.order_id, o.status, c.customer_id, c.name, c.country, p.title, o.quantity * p.cents AS cents
FROM orders AS o
JOIN customers AS c ON o.customer_id = c.customer_id
JOIN products AS p ON o.product_id = p.product_id
WHERE o.status <> 'cancelled';
