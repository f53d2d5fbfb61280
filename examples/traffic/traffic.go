// Package traffic holds the files of the page-view example, so that `autostream demo` can unpack them anywhere.
package traffic

import "embed"

// Files are the project: what is in this folder and in git, without this file.
//
//go:embed .gitignore README.md autostream.yaml data/clicks/sample.json jobs tables
var Files embed.FS
