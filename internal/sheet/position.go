package sheet

import (
	"bytes"
	"unicode/utf8"
)

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// lineEnds counts the line ends in b: LF, CRLF and lone CR.
func lineEnds(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	for k := bytes.IndexByte(b, '\r'); k >= 0; k = bytes.IndexByte(b, '\r') {
		b = b[k+1:]
		if len(b) == 0 || b[0] != '\n' {
			n++
		}
	}
	return n
}

// position gives where the character after head stands: how many lines below the first of head, and its 1-based place in that line.
func position(head []byte) (lines, column int) {
	lines = lineEnds(head)
	if k := bytes.LastIndexAny(head, "\r\n"); k >= 0 {
		head = head[k+1:]
	}
	return lines, utf8.RuneCount(head) + 1
}
