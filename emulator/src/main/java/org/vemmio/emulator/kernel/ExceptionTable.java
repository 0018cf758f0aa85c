package org.vemmio.emulator.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vemmio.emulator.elf.ElfException;
import org.vemmio.emulator.elf.ElfImage;

/// A kernel's exception table: for each instruction that may fault, how the kernel goes on. Immutable.
public final class ExceptionTable {
    private static final String SECTION = "__ex_table";
    private static final int ENTRY_SIZE = 12;
    private static final ExceptionTable EMPTY = new ExceptionTable(List.of());

    private final List<ExceptionEntry> entries;
    private final long[] keys;

    private ExceptionTable(List<ExceptionEntry> sorted) {
        entries = sorted;
        keys = sorted.stream().mapToLong(entry -> key(entry.insn())).toArray();
    }

    /// Makes the signed order of numbers the unsigned order of addresses.
    private static long key(long insn) {
        return insn ^ Long.MIN_VALUE;
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
                throw new IllegalArgumentException(
                        "two entries for the instruction at 0x%x".formatted(sorted.get(i).insn()));
            }
        }
        return new ExceptionTable(sorted);
    }

    /// Reads the table of a kernel image: section `__ex_table`, whose entries are three 32-bit fields, the distances
    /// from the field itself to the instruction and to the fixup, and the data (Linux 5.17 and later).
    ///
    /// Entries of types that are not modelled are kept; a kernel that comes to one propagates the Failure.
    ///
    /// @param vmlinux the uncompressed image, not `vmlinuz`, of up to 2 GiB
    /// @return the table at the addresses that the kernel is linked for; see [#shifted]
    /// @throws ElfException if the file cannot be read, is not such an image, or the table not well-formed
    public static ExceptionTable read(Path vmlinux) {
        String name = vmlinux.toString();
        try (FileChannel channel = FileChannel.open(vmlinux)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new ElfException(name,
                        "byte 0x80000000: the file goes on, and an image has less than 2 GiB");
            }
            return read(name, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        } catch (IOException e) {
            throw new ElfException(name, e);
        }
    }

    /// Reads the table of a kernel image in memory, as [#read(Path)] does.
    ///
    /// @param name what error messages call it
    /// @param vmlinux the image, from the buffer's position to its limit, which stay as they are
    /// @throws ElfException as [#read(Path)]
    public static ExceptionTable read(String name, ByteBuffer vmlinux) {
        ElfImage image = ElfImage.of(name, vmlinux);
        ElfImage.Section section = image.section(SECTION);
        ByteBuffer bytes = section.bytes();
        if (bytes.limit() % ENTRY_SIZE != 0) {
            throw image.bad("section " + SECTION,
                    "it has 0x%x bytes, no multiple of the 12 bytes of an entry".formatted(bytes.limit()));
        }
        List<ExceptionEntry> entries = new ArrayList<>();
        Set<Long> insns = new HashSet<>();
        for (int at = 0; at < bytes.limit(); at += ENTRY_SIZE) {
            long insn = section.address() + at + bytes.getInt(at);
            long fixup = section.address() + at + 4 + bytes.getInt(at + 4);
            int data = bytes.getInt(at + 8);
            Optional<FixupType> type = FixupType.of(data & 0xff);
            if (type.isEmpty()) {
                throw image.bad("section %s, byte 0x%x".formatted(SECTION, at + 8),
                        "no fixup has type %d; 1 to %d are known, and before Linux 5.16 this field was another"
                                .formatted(data & 0xff, FixupType.ERETU.number()));
            }
            if (!insns.add(insn)) {
                throw image.bad("section %s, byte 0x%x".formatted(SECTION, at),
                        "a second entry for the instruction at 0x%x; each has one".formatted(insn));
            }
            entries.add(new ExceptionEntry(insn, fixup, type.get(), data));
        }
        return of(entries);
    }

    /// {@return this table with every address moved, for a kernel that runs elsewhere than it is linked for (KASLR)}
    ///
    /// @param distance the address at which the kernel runs minus that for which it is linked
    public ExceptionTable shifted(long distance) {
        return of(entries.stream().map(entry -> new ExceptionEntry(entry.insn() + distance, entry.fixup() + distance,
                entry.type(), entry.data())).toList());
    }

    /// {@return the entry for the instruction at linear address `insn`, if there is one}
    public Optional<ExceptionEntry> find(long insn) {
        int place = Arrays.binarySearch(keys, key(insn));
        return place >= 0 ? Optional.of(entries.get(place)) : Optional.empty();
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
