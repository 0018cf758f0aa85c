package org.vemmio.emulator.scenario.file;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.vemmio.emulator.handler.linux.KernelVersion;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.Injection;
import org.vemmio.emulator.scenario.LaterAccess;
import org.vemmio.emulator.scenario.LoadEnd;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.Losses;
import org.vemmio.emulator.scenario.Machine;
import org.vemmio.emulator.scenario.MigrationControl;
import org.vemmio.emulator.scenario.Page;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioExpectation;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Step;
import org.vemmio.emulator.scenario.TransitionStep;
import org.vemmio.emulator.scenario.Witness;
import org.vemmio.emulator.yaml.YamlFields;
import org.vemmio.emulator.yaml.YamlNode;

/// Makes a scenario of a YAML document.
final class ScenarioParser {
    private static final int MAX_NAME = 8;
    private static final int LINE = 64;
    private static final List<String> STEPS = List.of("convert", "change", "free", "store", "load", "release",
            "host-write", "host-clear", "host-read", "host", "guest", "traps");

    private final YamlNode root;
    private final Recordings recordings;
    private final Map<String, Page> pages = new LinkedHashMap<>();
    private Machine machine = Machine.TDX;
    private boolean changes;

    /// Finds recorded traps.
    interface Recordings {
        List<RecordedTrap> read(YamlNode at, String recording, Set<Integer> lines);
    }

    /// What a guest or a host does that needs no more words.
    enum GuestAct {
        MIGRATE
    }

    /// What a host does that needs no more words.
    enum HostAct {
        KEXEC,
        REBOOT
    }

    ScenarioParser(YamlNode root, Recordings recordings) {
        this.root = root;
        this.recordings = recordings;
    }

    Scenario scenario() {
        YamlFields fields = YamlFields.of(root, "a scenario",
                List.of("title", "machine", "pages", "steps", "inject", "policies"));
        String title = fields.text("title");
        machine = YamlFields.oneOf(fields.get("machine"), "machine", Machine.class);
        fields.list("pages", this::page).forEach(page -> pages.put(page.name(), page));
        if (pages.size() > Scenario.MAX_PAGES) {
            throw fields.get("pages").wrong("%d pages; a scenario has at most %d".formatted(pages.size(),
                    Scenario.MAX_PAGES));
        }
        List<Step> steps = fields.list("steps", this::step);
        List<Injection> injections = fields.list("inject", ScenarioParser::injection);
        Set<String> names = new LinkedHashSet<>();
        fields.get("policies");
        List<ScenarioPolicy> policies = fields.list("policies", node -> policy(node, names));
        return new Scenario(title, machine, List.copyOf(pages.values()), steps, injections, policies);
    }

    private Page page(YamlNode node) {
        YamlFields fields = YamlFields.of(node, "a page",
                List.of("name", "guest", "present", "host", "accepted", "span", "alias", "cached"));
        String name = fields.text("name");
        if (name.length() > MAX_NAME || !name.matches("[a-z][a-z0-9]*")) {
            throw fields.get("name").wrong(
                    "a page's name is a lower-case letter and up to %d letters or digits, not '%s'"
                            .formatted(MAX_NAME - 1, name));
        }
        if (pages.containsKey(name)) {
            throw fields.get("name").wrong("a second page '%s'".formatted(name));
        }
        Attribute host = YamlFields.oneOf(fields.get("host"), "attribute", Attribute.class);
        Page page = new Page(name, YamlFields.oneOf(fields.get("guest"), "attribute", Attribute.class),
                fields.value("present", true, value -> YamlFields.truth(value, "present")), host,
                fields.value("accepted", host == Attribute.PRIVATE, value -> YamlFields.truth(value, "accepted")),
                fields.value("span", Page.Span.SHORT_LIVED, value -> YamlFields.oneOf(value, "span", Page.Span.class)),
                fields.value("alias", false, value -> YamlFields.truth(value, "alias")),
                fields.value("cached", false, value -> YamlFields.truth(value, "cached")));
        if (page.accepted() && host == Attribute.SHARED) {
            throw fields.get("accepted").wrong("memory that the host shares is not accepted");
        }
        pages.put(name, page);
        return page;
    }

    private Step step(YamlNode node) {
        YamlNode.Field entry = YamlFields.of(node, "a step", STEPS).only();
        YamlNode value = entry.value();
        return switch (entry.key()) {
            case "convert" -> {
                YamlFields fields = YamlFields.of(value, "convert", List.of("pages", "to"));
                yield new Step.Convert(names(fields.get("pages")), attribute(fields));
            }
            case "change" -> {
                YamlFields fields = YamlFields.of(value, "change", List.of("page", "to"));
                needTdx(value, "change");
                changes = true;
                yield new Step.Change(name(fields.get("page")), attribute(fields));
            }
            case "free" -> new Step.Free(names(value));
            case "store" -> new Step.GuestStore(names(value));
            case "release" -> new Step.Release(names(value));
            case "load" -> new Step.GuestLoad(name(value));
            case "host-write" -> {
                YamlFields fields = YamlFields.of(value, "host-write", List.of("page", "bytes"));
                yield new Step.HostWrite(name(fields.get("page")),
                        YamlFields.number(fields.get("bytes"), "bytes", 1, LINE - 1));
            }
            case "host-clear" -> new Step.HostClear(name(value));
            case "host-read" -> new Step.HostRead(name(value));
            case "host" -> switch (YamlFields.oneOf(value, "act of a host", HostAct.class)) {
                case KEXEC -> new Step.Kexec();
                case REBOOT -> new Step.Reboot();
            };
            case "guest" -> switch (YamlFields.oneOf(value, "act of a guest", GuestAct.class)) {
                case MIGRATE -> new Step.Migrate();
            };
            default -> traps(value);
        };
    }

    private Step traps(YamlNode value) {
        YamlFields fields = YamlFields.of(value, "traps", List.of("recording", "lines"));
        needTdx(value, "traps");
        String recording = fields.text("recording");
        Set<Integer> lines = new LinkedHashSet<>(YamlFields.items(fields.get("lines"), "lines",
                line -> YamlFields.number(line, "lines", 2, Integer.MAX_VALUE)));
        return new Step.ReplayTraps(recording, recordings.read(value, recording, lines));
    }

    private void needTdx(YamlNode value, String step) {
        if (!machine.isTdx()) {
            throw value.wrong("'%s' is for the machines tdx-partial-write and tdx, not for %s".formatted(step,
                    machine.label()));
        }
    }

    private List<String> names(YamlNode node) {
        return List.copyOf(YamlFields.oneOrMore(node, this::name));
    }

    private String name(YamlNode node) {
        return YamlFields.oneOf(node, "page", pages.keySet());
    }

    private static Attribute attribute(YamlFields fields) {
        return YamlFields.oneOf(fields.get("to"), "attribute", Attribute.class);
    }

    private static Injection injection(YamlNode node) {
        YamlNode.Field entry =
                YamlFields.of(node, "an injection", List.of("host-refuses", "undo-fails", "notification-fails")).only();
        int number = YamlFields.number(entry.value(), entry.key(), 1, Integer.MAX_VALUE);
        return switch (entry.key()) {
            case "host-refuses" -> new Injection.HostRefuses(number);
            case "undo-fails" -> new Injection.UndoFails(number);
            default -> new Injection.NotificationFails(number);
        };
    }

    private ScenarioPolicy policy(YamlNode node, Set<String> names) {
        YamlFields fields = YamlFields.of(node, "a policy", List.of("name", "kernel", "refusal", "failed-undo",
                "notification", "kexec", "failures", "panic_on_warn", "order", "traps", "walk", "inject", "steps",
                "expect"));
        String name = fields.text("name");
        if (!names.add(name)) {
            throw fields.get("name").wrong("a second policy '%s'".formatted(name));
        }
        KernelVersion kernel = fields.value("kernel", KernelVersion.newest(), ScenarioParser::kernel);
        FailurePolicy preset =
                fields.value("failures", FailurePolicy.preset("linux-" + kernel.release()), ScenarioParser::preset);
        FailurePolicy failures = fields.value("panic_on_warn", preset, value -> preset.withKnobs(
                preset.knobs().withPanicOnWarn(YamlFields.truth(value, "panic_on_warn"))));
        ScenarioPolicy.Refusal undo = fields.value("failed-undo", ScenarioPolicy.Refusal.LEAK,
                value -> YamlFields.oneOf(value, "refusal", ScenarioPolicy.Refusal.class));
        if (undo == ScenarioPolicy.Refusal.UNDO) {
            throw fields.get("failed-undo").wrong(
                    "an undo that failed is not undone; there are panic, terminate, leak, ignore");
        }
        List<Step> steps = fields.list("steps", this::step);
        List<TransitionStep> order = fields.list("order", item -> YamlFields.oneOf(item, "step", TransitionStep.class));
        if (changes && order.isEmpty()) {
            throw fields.wrong("a policy of a scenario with 'change' needs 'order'");
        }
        return new ScenarioPolicy(name, kernel,
                fields.value("refusal", ScenarioPolicy.Refusal.LEAK,
                        value -> YamlFields.oneOf(value, "refusal", ScenarioPolicy.Refusal.class)),
                undo, fields.value("notification", Map.of(), ScenarioParser::notification),
                fields.value("kexec", ScenarioPolicy.Kexec.ALLOW,
                        value -> YamlFields.oneOf(value, "answer to kexec", ScenarioPolicy.Kexec.class)),
                failures,
                new ScenarioPolicy.Transition(order,
                        fields.value("traps", ScenarioPolicy.TrapTarget.KERNEL,
                                value -> YamlFields.oneOf(value, "receiver of traps", ScenarioPolicy.TrapTarget.class)),
                        fields.value("walk", ScenarioPolicy.AddressWalk.SLOW_VIRT_TO_PHYS,
                                value -> YamlFields.oneOf(value, "walk", ScenarioPolicy.AddressWalk.class))),
                fields.list("inject", ScenarioParser::injection), steps, expectation(fields.get("expect")));
    }

    private static KernelVersion kernel(YamlNode node) {
        return KernelVersion.of(YamlFields.oneOf(node, "kernel",
                Arrays.stream(KernelVersion.values()).map(KernelVersion::release).toList())).orElseThrow();
    }

    private static FailurePolicy preset(YamlNode node) {
        return FailurePolicy.preset(YamlFields.oneOf(node, "preset", FailurePolicy.presets()));
    }

    /// One reaction for every span, or one for each.
    private static Map<Page.Span, ScenarioPolicy.Notification> notification(YamlNode node) {
        Map<Page.Span, ScenarioPolicy.Notification> reactions = new EnumMap<>(Page.Span.class);
        if (node instanceof YamlNode.Scalar) {
            for (Page.Span span : Page.Span.values()) {
                reactions.put(span, reaction(node));
            }
        } else {
            YamlFields fields = YamlFields.of(node, "notification", List.of("kept", "short-lived"));
            reactions.put(Page.Span.KEPT, reaction(fields.get("kept")));
            reactions.put(Page.Span.SHORT_LIVED, reaction(fields.get("short-lived")));
        }
        return reactions;
    }

    private static ScenarioPolicy.Notification reaction(YamlNode node) {
        return YamlFields.oneOf(node, "reaction", ScenarioPolicy.Notification.class);
    }

    private ScenarioExpectation expectation(YamlNode node) {
        YamlFields fields = YamlFields.of(node, "an expectation",
                List.of("end", "loses", "host-learns", "known-to", "warnings", "touch", "loads"));
        return new ScenarioExpectation(YamlFields.oneOf(fields.get("end"), "end", ScenarioEnd.Kind.class),
                losses(fields.get("loses")),
                fields.value("host-learns", Set.of(), this::pagesOrNothing),
                new LinkedHashSet<>(fields.value("known-to", List.of(), ScenarioParser::witnesses)),
                fields.value("warnings", 0, value -> YamlFields.number(value, "warnings", 0, Integer.MAX_VALUE)),
                fields.value("touch", Map.of(), this::laterAccesses), fields.list("loads", ScenarioParser::load));
    }

    private Map<String, LaterAccess> laterAccesses(YamlNode node) {
        YamlFields fields = YamlFields.of(node, "touch", pages.keySet());
        Map<String, LaterAccess> laterAccesses = new TreeMap<>();
        fields.all().forEach(field ->
                laterAccesses.put(field.key(), YamlFields.oneOf(field.value(), "touch", LaterAccess.class)));
        return laterAccesses;
    }

    private Set<String> pagesOrNothing(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.text().equals("nothing") ? Set.of()
                : YamlFields.oneOrMore(node, this::name);
    }

    private static List<Witness> witnesses(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.text().equals("nobody") ? List.of()
                : YamlFields.items(node, "known-to", item -> YamlFields.oneOf(item, "witness", Witness.class));
    }

    private Losses losses(YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar) {
            return switch (scalar.text()) {
                case "nothing" -> Losses.NOTHING;
                case "everything" -> Losses.EVERYTHING;
                case String other -> throw node.wrong(
                        "'loses' is nothing, everything, or a mapping, not '%s'".formatted(other));
            };
        }
        YamlFields fields = YamlFields.of(node, "loses",
                List.of("memory", "data", "transfers", "tasks", "accesses", "migration"));
        return new Losses(false, pages(fields, "memory"), pages(fields, "data"), pages(fields, "transfers"),
                fields.value("tasks", 0, value -> YamlFields.number(value, "tasks", 0, Integer.MAX_VALUE)),
                fields.value("accesses", 0, value -> YamlFields.number(value, "accesses", 0, Integer.MAX_VALUE)),
                fields.value("migration", MigrationControl.READY,
                        value -> YamlFields.oneOf(value, "state of migration", MigrationControl.class)));
    }

    private Set<String> pages(YamlFields fields, String key) {
        return fields.value(key, Set.of(), value -> YamlFields.oneOrMore(value, this::name));
    }

    private static LoadRow load(YamlNode node) {
        YamlFields fields = YamlFields.of(node, "a load", List.of("after", "walk", "tlb", "alias"));
        YamlNode after = fields.get("after");
        String step = fields.text("after");
        if (!step.equals("start")) {
            YamlFields.oneOf(after, "step", TransitionStep.class);
        }
        return new LoadRow(step, loadEnd(fields.get("walk")), loadEnd(fields.get("tlb")),
                fields.value("alias", Optional.empty(), value -> Optional.of(loadEnd(value))));
    }

    private static LoadEnd loadEnd(YamlNode node) {
        return YamlFields.oneOf(node, "end of a load", LoadEnd.class);
    }
}
