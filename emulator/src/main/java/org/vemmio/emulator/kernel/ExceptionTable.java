package org.vemmio.emulator.kernel;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A kernel's exception table: for each instruction that may fault, how the kernel goes on. Immutable.
public final class ExceptionTable {
    private static final ExceptionTable EMPTY = new ExceptionTable(List.of());

    private final List<ExceptionEntry> entries;
    private final long[] insns;

    private ExceptionTable(List<ExceptionEntry> sorted) {
        entries = sorted;
        insns = sorted.stream().mapToLong(ExceptionEntry::insn).toArray();
    }

    /// {@return the table without entries}
    public static ExceptionTable empty() {
        return EMPTY;
    }

    /// {@return the table with these entries, in any order}
    ///
    /// @throws IllegalArgumentException if two are for the same instruction
    public static ExceptionTable of(Collection<ExceptionEntry> entries) {
        List<ExceptionEntry> sorted = entries.stream()
                .sorted(Comparator.comparing(ExceptionEntry::insn, Long::compareUnsigned)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).insn() == sorted.get(i).insn()) {
                throw new IllegalArgumentException("two entries for the instruction at 0x%x".formatted(sorted.get(i).insn()));
            }
        }
        return new ExceptionTable(sorted);
    }

    /// {@return the entry for the instruction at linear address `insn`, if there is one}
    public Optional<ExceptionEntry> find(long insn) {
        int low = 0;
        int high = insns.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(insns[middle], insn);
            if (order == 0) {
                return Optional.of(entries.get(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /// {@return the entries, in the order of their instructions' addresses}
    public List<ExceptionEntry> entries() {
        return entries;
    }

    @Override
    public String toString() {
        return "ExceptionTable[" + entries.size() + " entries]";
    }
}
