package org.vemmio.emulator.instruction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vemmio.decoder.Encoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.operation.MmioOperation;

/// The instructions that the architectural handler executes, and those that it refuses, by family.
public final class InstructionTable {
    private static final List<Family> FAMILIES = List.of(
            Moves.FAMILY,
            Stack.FAMILY,
            Arithmetic.FAMILY,
            Multiplication.FAMILY,
            Shifts.FAMILY,
            Bits.FAMILY,
            Exchange.FAMILY,
            Strings.FAMILY,
            NoAccess.FAMILY,
            WideStores.FAMILY,
            VectorMoves.FAMILY,
            VectorFills.FAMILY,
            VectorParts.FAMILY,
            VectorLogic.FAMILY,
            MaskedMoves.FAMILY,
            OpmaskMoves.FAMILY);

    private static final Map<String, Family.Preparation[]> BY_MNEMONIC = byMnemonic();

    private InstructionTable() {
    }

    private static Map<String, Family.Preparation[]> byMnemonic() {
        Map<String, List<Family.Preparation>> all = new TreeMap<>();
        for (Family family : FAMILIES) {
            family.members().forEach((mnemonic, preparation) ->
                    all.computeIfAbsent(mnemonic, key -> new ArrayList<>()).add(preparation));
        }
        Map<String, Family.Preparation[]> table = new HashMap<>();
        all.forEach((mnemonic, own) -> table.put(mnemonic, own.toArray(Family.Preparation[]::new)));
        return table;
    }

    /// {@return the operation for `instruction`, or nothing if it is not one of those that are executed}
    public static Optional<MmioOperation> prepare(Instruction instruction) {
        // On Knights Corner, which alone has MVEX, the mnemonics of EVEX mean something else.
        if (instruction.encoding() == Encoding.MVEX) {
            return Optional.empty();
        }
        Family.Preparation[] own = BY_MNEMONIC.get(instruction.mnemonic());
        if (own == null) {
            return Optional.empty();
        }
        for (Family.Preparation preparation : own) {
            MmioOperation operation = preparation.prepare(instruction);
            if (operation != null) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }

    /// {@return whether an instruction with this mnemonic makes no access, whatever operand it names: hints and
    /// cache-line instructions}
    public static boolean isWithoutAccess(String mnemonic) {
        return NoAccess.FAMILY.members().containsKey(mnemonic);
    }

    /// {@return the mnemonics of each family, by its name}
    public static SortedMap<String, SortedSet<String>> mnemonics() {
        SortedMap<String, SortedSet<String>> all = new TreeMap<>();
        FAMILIES.forEach(family -> all.put(family.name(), new TreeSet<>(family.members().keySet())));
        return all;
    }

    /// {@return the mnemonics with an operand in memory that are refused, by the name of their family}; one that is
    /// among [#mnemonics] too is executed in some of its forms
    public static SortedMap<String, SortedSet<String>> refused() {
        return RefusedInstructions.BY_FAMILY;
    }

    /// {@return the family in which `mnemonic` is refused, or nothing if it is not on the list}
    public static Optional<String> refusedFamily(String mnemonic) {
        return Optional.ofNullable(RefusedInstructions.FAMILY_OF.get(mnemonic));
    }
}
