package org.vemmio.decoder.linux;

/// The legacy prefixes of an instruction as `insn_get_prefixes()` in `arch/x86/lib/insn.c` collects them: at most four
/// distinct ones. The same one again is passed over, a fifth is taken for the opcode.
final class LegacyPrefixes {
    private static final int SLOTS = 4;

    private final int[] distinct = new int[SLOTS];
    private int size;
    private int last;

    private LegacyPrefixes() {
    }

    /// Reads the legacy prefixes that come next.
    static LegacyPrefixes read(CodeReader code) {
        var prefixes = new LegacyPrefixes();
        while (prefixes.accepts(code.peek())) {
            prefixes.add(code.next());
        }
        return prefixes;
    }

    /// {@return whether a byte is a legacy prefix}
    static boolean isPrefix(int value) {
        return switch (value) {
            case 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> true;
            default -> SegmentOverride.of(value) != SegmentOverride.NONE;
        };
    }

    private boolean accepts(int value) {
        return isPrefix(value) && (size < SLOTS || contains(value));
    }

    private void add(int prefix) {
        if (!contains(prefix)) {
            distinct[size++] = prefix;
        }
        last = prefix;
    }

    boolean contains(int prefix) {
        for (int i = 0; i < size; i++) {
            if (distinct[i] == prefix) {
                return true;
            }
        }
        return false;
    }

    /// {@return the last prefix read, or 0}
    int last() {
        return last;
    }

    /// {@return how many segment overrides `get_seg_reg_override_idx()` counts, 0 to 4}
    int segmentOverrides() {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (SegmentOverride.of(distinct[i]) != SegmentOverride.NONE) {
                count++;
            }
        }
        // The kernel's last slot holds a copy of the last prefix; with the other three taken it is counted as well.
        boolean copyCounts = size == SLOTS - 1 && SegmentOverride.of(last) != SegmentOverride.NONE;
        return copyCounts ? count + 1 : count;
    }

    /// {@return what `get_seg_reg_override_idx()` makes of the overrides}
    SegmentOverride segmentOverride() {
        if (segmentOverrides() > 1) {
            return SegmentOverride.AMBIGUOUS;
        }
        for (int i = 0; i < size; i++) {
            if (SegmentOverride.of(distinct[i]) != SegmentOverride.NONE) {
                return SegmentOverride.of(distinct[i]);
            }
        }
        return SegmentOverride.NONE;
    }
}
