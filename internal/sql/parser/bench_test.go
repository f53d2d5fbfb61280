package parser

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

// BenchmarkParse parses the accepted planner queries as one script.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	for _, c := range corpora(b)["planner_queries"] {
		if c.Flink["2.2"] == "accept" {
			text.WriteString(c.SQL + ";\n")
		}
	}
	benchmark(b, text.String())
}

// BenchmarkAnalytics parses queries of the size and shape of TPC-DS.
func BenchmarkAnalytics(b *testing.B) { benchmark(b, strings.Repeat(analyticQuery, 50)) }

// BenchmarkStatement parses one such query by itself.
func BenchmarkStatement(b *testing.B) { benchmark(b, analyticQuery) }

func benchmark(b *testing.B, text string) {
	file := source.New("bench.sql", text)
	if _, findings := Parse(file, Options{Release: token.V2_2}); len(findings) > 0 {
		b.Fatalf("%v: %s", file.Position(findings[0].Span.Start), findings[0].Message)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(file, Options{Release: token.V2_2})
	}
}

// analyticQuery is a report over a star schema: a query with names, joins, a window, grouping sets and a long CASE.
const analyticQuery = `
WITH store_totals AS (
  SELECT sales.customer_key AS customer_key, calendar.year_number AS sold_year, COUNT(*) AS receipts,
         SUM(sales.net_paid) AS paid, SUM(sales.list_price * sales.quantity - sales.discount_amount) AS gross
  FROM store_receipts AS sales, calendar_days AS calendar, store_branches AS branches
  WHERE sales.sold_day_key = calendar.day_key
    AND sales.branch_key = branches.branch_key
    AND calendar.year_number BETWEEN 1999 AND 1999 + 2
    AND (branches.city IN ('Fairview', 'Midway', 'Oak Grove') OR branches.floor_space > 7000000)
    AND calendar.day_date >= CAST('2000-01-27' AS DATE) AND calendar.day_date < CAST('2000-01-27' AS DATE) + INTERVAL '60' DAY
  GROUP BY sales.customer_key, calendar.year_number
), web_totals AS (
  SELECT clicks.customer_key AS customer_key, SUM(clicks.net_paid) AS paid
  FROM web_orders clicks
  LEFT JOIN web_returns ON clicks.order_key = web_returns.order_key AND clicks.article_key = web_returns.article_key
  WHERE clicks.quantity > 0 AND COALESCE(web_returns.return_amount, 0) < 10000 AND clicks.ship_mode IS NOT NULL
  GROUP BY clicks.customer_key
  HAVING SUM(clicks.net_paid) > 0.95 * 1000
)
SELECT c.customer_id AS customer_id, c.first_name, c.last_name, c.birth_country,
       CASE WHEN s.paid > 0 THEN CAST(w.paid AS DECIMAL(15, 4)) / CAST(s.paid AS DECIMAL(15, 4)) ELSE NULL END AS growth,
       RANK() OVER (PARTITION BY c.birth_country ORDER BY s.paid DESC, w.paid) AS place,
       SUM(CASE WHEN s.sold_year = 2001 AND s.receipts <> 0 THEN s.gross ELSE 0.00 END) AS gross_of_2001,
       SUM(CASE WHEN s.sold_year = 2002 AND s.receipts <> 0 THEN s.gross ELSE 0.00 END) AS gross_of_2002
FROM customers AS c
JOIN store_totals AS s ON s.customer_key = c.customer_key
JOIN web_totals AS w ON w.customer_key = c.customer_key
WHERE c.preferred_flag = 'Y'
  AND EXISTS (SELECT 1 FROM customer_addresses a WHERE a.address_key = c.address_key AND a.state IN ('TX', 'OH', 'KY', 'NM'))
  AND NOT (c.email_address LIKE '%.example' OR c.login IS NULL)
GROUP BY ROLLUP (c.customer_id, c.first_name, c.last_name, c.birth_country), s.paid, w.paid
ORDER BY growth DESC, customer_id, place
LIMIT 100;
`
