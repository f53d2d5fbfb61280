// Command autostream develops, ships and operates Apache Flink jobs.
package main

import (
	"os"

	"github.com/autostream/autostream/internal/app"
	"github.com/autostream/autostream/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], app.FromProcess())) }
