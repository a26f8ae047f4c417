"""The vocabulary of an invented company: its parts, what breaks in them, and how people write about it."""

from __future__ import annotations

PARTS: dict[str, tuple[str, ...]] = {
    "Payments": ("Checkout", "Card payments", "Invoices", "Payouts", "Refunds"),
    "Shop": ("Storefront", "Basket", "Product pages", "Pictures", "Discounts"),
    "Platform": ("API", "Webhooks", "Sign-in", "Dashboard", "Audit log"),
    "Search and reports": ("Search", "Reports", "Exports", "Analytics", "Recommendations"),
    "Messages": ("E-mail", "Text messages", "Push notifications", "Templates", "Unsubscribe pages"),
    "Logistics": ("Labels", "Tracking", "Stock levels", "Returns", "Carrier rates"),
    "Regions": ("EU Frankfurt", "EU Dublin", "US Virginia", "US Oregon", "Asia Singapore"),
    "Support": ("Help centre", "Live chat", "Ticket forms", "Community", "Video calls"),
}

SYMPTOMS = (
    ("Errors in {part}", "Some requests to {part} end with an error"),
    ("{part} is slow", "{part} answers slowly, and some requests give up before it does"),
    ("{part} cannot be reached", "{part} cannot be reached at all from some networks"),
    ("{part} shows old data", "{part} shows data that is up to several hours old"),
    ("Delays in {part}", "What you send to {part} arrives late, though nothing is lost"),
    ("{part} fails for some accounts", "For a part of our customers {part} fails each time"),
    ("Doubled entries in {part}", "{part} shows some entries twice; they count only once"),
    ("{part} rejects valid requests", "{part} turns down requests that are in order"),
)
EXTENTS = (
    "About a third of requests are affected",
    "Roughly one request in twenty fails, and most of those work when they are tried again",
    "Customers in Europe are affected, the others are not",
    "Nearly everyone who used it in the last half hour will have noticed",
    "We see this for accounts that were opened this year",
    "It comes and goes, a few minutes at a time",
    "The larger accounts feel it most",
    "Eleven customers have told us so far, and we expect that more are affected",
)
SEEN = (
    "Our own alarms told us at the same time as the first of you did.",
    "We noticed it from a rise in errors, before the first ticket came.",
    "The first report came from a customer, and we could reproduce it at once.",
    "Two teams are looking into it, and one person does nothing but write to you.",
    "We have stopped all other changes while we look into this.",
    "Nothing that you have stored with us is at risk.",
)
ADVICE = (
    "If you can wait, please try again in an hour.",
    "Trying again usually works; nothing is charged or sent twice.",
    "Orders that were accepted are safe, and will be worked off.",
    "You need not do anything; what failed will be sent again by itself.",
    "Until then, the older address of the API works as usual.",
    "If it is urgent, our support desk can do it for you by hand.",
)
CAUSES = (
    "a change of this morning that let old connections pile up",
    "a certificate that two servers use between themselves, and that had run out",
    "a disk that had filled up with logs faster than they were removed",
    "a provider whose network lost one packet in ten",
    "a query that became slow when a table passed a size that we had not tried",
    "a setting that was right in every region but one",
    "a queue whose readers had stopped without anyone being told",
    "a cache that was emptied all at once, so that everything asked the database",
    "an update of a library that closed connections earlier than the one before it",
    "a job that ran twice at the same time and got in its own way",
)
MEASURES = (
    "We are rolling the change back, one region after the other.",
    "We have taken the faulty machines out, and are adding others.",
    "We have sent the traffic around it, which takes the load off within minutes.",
    "A correction is being tried on one machine before it goes everywhere.",
    "We have doubled the capacity, which gives us room to mend it properly.",
    "We are working with the provider, and have moved what we could elsewhere.",
)
RECOVERIES = (
    "Errors are back to their usual level since a few minutes ago.",
    "Waiting times have come down to what you are used to.",
    "What had piled up is being worked off, and should be done within the hour.",
    "All regions answer again; the last one came back a short while ago.",
    "The first customers tell us that it works again.",
)
WATCHING = (
    "We keep watching before we call this over.",
    "We will look at it through the next busy hour before we say that it has ended.",
    "We leave the additional machines in place until tomorrow.",
    "Should you still see anything unusual, please tell us.",
)
ENDINGS = (
    "This is over. What failed in the meantime was sent again, and nothing was lost.",
    "This has ended. Please tell us if anything still looks wrong to you.",
    "Everything works as usual, and has done so for a while.",
    "All is well again, and the backlog is gone.",
)
LESSONS = (
    "We have added an alarm that would have told us twenty minutes earlier.",
    "The change will come back once a test guards against this.",
    "We will write down what happened, and what we change, within a few days.",
    "The setting is now checked in all regions before anything goes out.",
    "We are sorry for the trouble, and thank you for your patience.",
)
WORKS = (
    ("Database maintenance for {part}", "We are moving the database behind {part} to newer machines"),
    ("Network maintenance for {part}", "We are replacing network equipment in front of {part}"),
    ("Upgrade of {part}", "We are bringing {part} to a new version, which needs a restart"),
    ("Certificate renewal for {part}", "We are renewing the certificates of {part}"),
)
EXPECTATIONS = (
    "It pauses for a few minutes within the window; the rest goes on as usual.",
    "Expect it to be slower than usual, and to fail now and then.",
    "What you send meanwhile is kept, and worked off afterwards.",
    "We have rehearsed this twice, and can go back at any step.",
)
STEPS = (
    "The first half is done, and went as planned.",
    "The new machines have taken over, and the old ones stand by.",
    "We are comparing the old and the new data now, entry by entry.",
    "So far everything goes as it did in the rehearsal.",
)
