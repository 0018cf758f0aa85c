package org.vemmio.zydis;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/// The numbers in a C structure by their path: names of members and indices of elements, joined by dots, as in
/// `raw.imm.0.size`. Members of an anonymous union are named as those of the structure around it, as in C.
final class Members {
    private record Member(long offset, ValueLayout layout) {
    }

    private final Map<String, Member> members = new HashMap<>();

    Members(MemoryLayout layout) {
        add("", 0, layout);
    }

    private void add(String path, long offset, MemoryLayout layout) {
        String prefix = path.isEmpty() ? "" : path + ".";
        switch (layout) {
            case ValueLayout value -> members.put(path, new Member(offset, value));
            case SequenceLayout sequence -> {
                MemoryLayout element = sequence.elementLayout();
                for (long index = 0; index < sequence.elementCount(); index++) {
                    add(prefix + index, offset + index * element.byteSize(), element);
                }
            }
            case GroupLayout group -> {
                long next = offset;
                for (MemoryLayout member : group.memberLayouts()) {
                    String name = member.name().orElse("");
                    add(name.startsWith("$anon") ? path : prefix + name, next, member);
                    next += group instanceof UnionLayout ? 0 : member.byteSize();
                }
            }
            case PaddingLayout _ -> {
            }
        }
    }

    /// {@return the number at a path: 8 and 16 bits wide unsigned, wider ones signed}
    long read(MemorySegment structure, String path) {
        Member member = members.get(path);
        if (member == null) {
            throw new IllegalArgumentException("no number at " + path);
        }
        return switch (member.layout()) {
            case ValueLayout.OfByte layout -> Byte.toUnsignedLong(structure.get(layout, member.offset()));
            case ValueLayout.OfShort layout -> Short.toUnsignedLong(structure.get(layout, member.offset()));
            case ValueLayout.OfInt layout -> structure.get(layout, member.offset());
            case ValueLayout.OfLong layout -> structure.get(layout, member.offset());
            default -> throw new IllegalArgumentException("not an integer at " + path);
        };
    }
}
