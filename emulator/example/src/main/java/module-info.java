/// A user of vemmio: a simulator small enough to read at a glance.
module org.vemmio.example {
    requires org.vemmio.emulator;

    requires static org.jspecify;
}
