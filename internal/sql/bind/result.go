// Types of the results of built-in functions.
package bind

import "github.com/autostream/autostream/internal/sql/types"

// resultOf follows the strategy that the function table names.
func resultOf(strategy string, c *Call) types.Type {
	return types.Type{}
}
