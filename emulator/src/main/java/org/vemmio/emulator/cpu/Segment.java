package org.vemmio.emulator.cpu;

import java.util.List;

/// Numbers of the segment registers, as the reg field of ModRM encodes them (Intel SDM vol. 2, table B-8).
public final class Segment {
    public static final int ES = 0;
    public static final int CS = 1;
    public static final int SS = 2;
    public static final int DS = 3;
    public static final int FS = 4;
    public static final int GS = 5;

    /// How many there are.
    public static final int COUNT = 6;

    private static final List<String> NAMES = List.of("es", "cs", "ss", "ds", "fs", "gs");

    private Segment() {
    }

    /// {@return the names in the order of their numbers, lower case}
    public static List<String> names() {
        return NAMES;
    }
}
