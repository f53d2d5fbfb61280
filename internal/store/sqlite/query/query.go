// Package query runs the statements of ../queries.sql; everything else in it is generated from them by sqlc.
package query
