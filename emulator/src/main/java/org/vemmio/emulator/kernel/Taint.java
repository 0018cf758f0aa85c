package org.vemmio.emulator.kernel;

import java.util.Set;
import java.util.stream.Collectors;

/// What has made a kernel less trustworthy, as far as a Failure can (Linux
/// Documentation/admin-guide/tainted-kernels.rst).
public enum Taint {
    /// An oops or a BUG() has happened.
    DIE(7, 'D'),
    /// A warning has been printed.
    WARN(9, 'W');

    /// How many flags Linux 6.12 has, each with its place in the printed text.
    private static final int FLAGS = 19;

    private final int bit;
    private final char letter;

    Taint(int bit, char letter) {
        this.bit = bit;
        this.letter = letter;
    }

    static String print(Set<Taint> taints) {
        if (taints.isEmpty()) {
            return "Not tainted";
        }
        StringBuilder flags = new StringBuilder("G").append(" ".repeat(FLAGS - 1));
        taints.forEach(taint -> flags.setCharAt(taint.bit, taint.letter));
        return "Tainted: " + flags;
    }

    static String printVerbose(Set<Taint> taints) {
        return taints.stream().sorted().map(taint -> "[%c]=%s".formatted(taint.letter, taint.name()))
                .collect(Collectors.joining(", ", "Tainted: ", ""));
    }
}
