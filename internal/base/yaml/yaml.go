// Package yaml is the only place that knows the YAML library.
package yaml
