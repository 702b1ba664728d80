"""What each sentence of the guidance and the leaflet said in the version before: on the left as it is now."""

TALK_1 = {
    (
        "{name} is 10 supervised movement sessions for a small group of people who live with persistent "
        "pain. Everyone joins by video call, from home."
    ): (
        "{name} is ten supervised movement sessions for a small group of people who live with persistent "
        "pain. Everybody joins by video call, from home."
    ),
    (
        "An instructor leads every session, and there is time to talk to the others. People can sit down, "
        "keep their camera off and go at their own pace. They need no equipment."
    ): (
        "An instructor leads every session, and there is time to talk with the others. People may sit "
        "down, keep their camera off and go at their own pace. They need no equipment."
    ),
    "People who are out of practice, wary of moving, or not comfortable in a gym or a hospital.": "People who are out of practice, wary of moving, or not at home in a gym or a hospital.",
    (
        "The form has 4 short safety lists. Some answers stop a referral and say what to do instead. "
        "Some ask whether a clinician has looked at it. Some mean that we speak to the patient first."
    ): (
        "The form asks four short safety lists. Some answers stop a referral and say what to do instead, "
        "some ask whether a clinician has looked at it, and some mean that we speak with the person "
        "first."
    ),
    (
        "If you are not a clinician, you can ask one to answer the lists. You name them, and they answer "
        "on a page of their own."
    ): (
        "If you are not a clinician, you can leave the lists to one: you name them, and they answer on a "
        "page of their own."
    ),
    "Start with what matters to them": "Begin with what matters to them",
    (
        "Seeing friends, managing alone, feeling brighter, getting up the stairs: their own reason counts "
        "for more than ours. We ask them the same question."
    ): (
        "Seeing friends, managing alone, feeling brighter, getting up the stairs: their own reason "
        "carries further than ours. We ask them the same."
    ),
    (
        "Someone who has been told to exercise many times may expect to be told off. A question leaves "
        "the choice with them."
    ): (
        "Somebody who has been told to exercise many times may expect to be told off. A question gives "
        "them the say."
    ),
    "Say that you believe their pain": "Say that you believe the pain",
    "Talking about activity can sound as if you doubt their pain. Say this first.": "Talk of activity can sound as if the pain were in doubt. Say this first.",
    "Let them talk about their fear of moving": "Make room for the fear of moving",
    (
        "Fear is a sensible answer to pain, not a lack of will. Listen first. Then say what is safe for "
        "this patient."
    ): (
        "Fear is a sensible answer to pain, not a lack of will. Listen first; then say what is safe for "
        "this person."
    ),
    "Be honest about soreness": "Speak of soreness honestly",
    (
        "A flare-up is less worrying if they expect it. Ask them to tell you or us about anything new or "
        "severe."
    ): "A flare that was expected frightens less. Anything new or severe is for you or us to hear about.",
    "“I can recommend this. It is up to you. Shall I refer you, so that someone can call you?”": "“I can recommend this. It is up to you. Shall I send your name, so that somebody rings you?”",
    (
        "This is a recommendation and not a prescription. We ask them again whether they want to take "
        "part before anything starts."
    ): "It is a recommendation and not a prescription. We ask for their own yes again before anything starts.",
    "People who do not feel comfortable in a gym or a hospital need to hear this first.": "Whoever does not feel at home in a gym or a hospital needs to hear this first.",
    "Accept it if they say no": "Take a no kindly",
    "If you do not press them, they can still say yes later.": "A no without pressure keeps the door open.",
    "sore for a while, a flare-up": "sore for a while, a flare",
    "You get a reference straight away, and text to copy into the patient’s record.": "You get a reference at once, and words to copy into the record.",
    (
        "A project officer reads the referral, usually within 2 working days, and writes to tell you "
        "whether it is accepted."
    ): (
        "A project officer reads the referral, usually within 2 working days, and writes to you whether "
        "it is accepted."
    ),
    (
        "We contact the patient and ask whether they would like to take part, and what would help them take "
        "part. If we cannot reach them, we ask you for another number."
    ): (
        "We contact the person, ask whether they would like to take part, and what helps them to. If we "
        "cannot reach them, we ask you for another number."
    ),
    "They wait for a place in a group. Then we tell them their 10 dates.": "They wait for a place in a group; we tell them their ten dates.",
    "We tell you when they start, and how it went.": "You hear when they start, and how it went.",
}

LEAFLET_1 = {
    "10 friendly movement sessions, from home": "Ten friendly movement sessions, from home",
    (
        "10 sessions of gentle movement, once a week, with a small group of people who also live with "
        "pain that does not go away. You join by video call, from home. An instructor leads each session."
    ): (
        "Ten sessions of gentle movement, once a week, with a small group of people who also live with "
        "pain that does not go away. You join by video call, from home. An instructor leads each session."
    ),
    (
        "Your pain is real, and it is not your fault. Many people are wary of moving when it hurts, and "
        "that makes sense. You start small, and the instructor helps you to find what suits you."
    ): (
        "Your pain is real, and it is not your fault. Many people are wary of moving when it hurts, and "
        "that makes sense. You start with little, and the instructor helps you to find what suits you."
    ),
    (
        "Some people feel sore for a while after moving in a new way. We’ll ask you how it was after each session."
    ): (
        "Some people feel sore for a while after moving in a new way. Tell us how it was: we ask after "
        "each session."
    ),
    "Someone from our team contacts you.": "Somebody from our team contacts you.",
    "When there is a place in a group, we send you your 10 dates.": "When there is a place in a group, you get your ten dates.",
    "If anything else about your health worries you, ask your GP practice or call 111.": "If anything else about your health worries you, ask your GP practice or ring 111.",
    "A phone": "A telephone",
}
