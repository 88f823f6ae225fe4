# ruff: noqa: E501 - tables of words
"""What English words and phrases mean for whether somebody needs help now, apart from how often they were seen.

Entries are apart by commas; a word stands for its forms (`bleed`: bled is an entry of its own, bleeding is none). No
apostrophes: texts are folded first (`can't`: `cant`).
"""

CONCEPTS = {
    # --- Who
    "I": """i, im, ive, my, me, myself, mine, id, ill, we, us, our""",
    "PERSON": """he, she, him, her, hes, shes, his, they, theyre, husband, wife, mum, mom, mother, dad, father, nan,
        nana, gran, granny, grandma, grandad, grandpa, grandfather, grandmother, brother, sister, bro, sis,
        friend, mate, boyfriend, girlfriend, bf, gf, partner, flatmate, roommate, housemate, neighbour,
        neighbor, uncle, aunt, auntie, cousin, colleague, coworker, workmate, boss, teacher, student, stranger,
        someone, somebody, guy, bloke, man, woman, lady, girl, boy, fella, lad, driver, passenger, cyclist,
        teammate, patient, customer, hubby, missus, ex, stepdad, stepfather, stepmum, stepmom, nephew, niece,
        old man, old lady, pal, dude""",
    "CHILD": """baby, newborn, infant, toddler, kid, child, son, daughter, bub, bubba, little one, lo, twin, kiddo, tot,
        month old, months old, year old, yr old, week old, weeks old, grandson, granddaughter, nephew, niece,
        bairn, children, kids, little boy, little girl""",
    # --- What is wrong
    "BODY": """chest, arm, leg, face, mouth, head, neck, throat, tongue, lip, eye, eyes, hand, foot, feet, finger,
        thigh, wrist, belly, stomach, tummy, abdomen, spine, jaw, shoulder, skull, skin, heart, lung, ribs,
        airway, knee, ankle, one side, left side, right side, groin, artery, ear, nose, forehead, pupils, bone""",
    "FAIL": """numb, droop, drooping, drooped, droopy, limp, floppy, paralysed, paralyzed, weak, dead weight, slack,
        lopsided, wonky, dropped, sagging, slurred, slurring, gibberish, nonsense, mumbling, cant move, cant
        feel, cant lift, cant speak, cant talk, cant see, cant stand, cant walk, cant swallow, wont move, not
        moving, isnt moving, doesnt move, gone dead, confused, muddled, making no sense, not making sense, makes
        no sense, doesnt know where, doesnt know what day, doesnt recognise, doesnt recognize, seeing double,
        blurry, gone blind, lost vision, delirious, disoriented, incoherent, wont respond, garbled, jumbled,
        hanging down, slid down, cant smile, word salad, couldnt lift, couldnt speak""",
    "UNRESP": """man down, doesnt react, doesnt react when, not reacting, no reaction, doesnt stir, unresponsive, wont
        open his eyes, wont open her eyes, nobody home, not conscious, gone floppy, gone quiet, hewontwakeup,
        spark out, colapsed, unconscious, not responding, isnt responding, wont respond, doesnt respond, no
        response, wont wake, wont wake up, cant wake, cannot wake, not waking, isnt waking, doesnt wake, passed
        out, blacked out, out cold, collapsed, fainted, keeled over, lifeless, motionless, not answering, isnt
        answering, wont open, knocked out, gone limp, went limp, slumped, no pulse, out of it, conked out, lost
        consciousness, wont come round, not coming round, hasnt come round, eyes rolled, eyes rolled back, not
        moving, isnt moving, dropped to the floor, dropped down, barely conscious, hard to wake, cant rouse,
        wont rouse, wont stir, in and out, keep passing out, about to pass out, blacking out""",
    "BREATH": """breathe, breath, breathing, breathless, breaths, wheeze, wheezing, gasp, gasping, suffocating,
        suffocate, choke, choking, choked, airway, rasping, rattling, panting, puffing, inhaler, nebuliser,
        gurgling, snoring, air""",
    "NOBREATH": """cant breathe, cant breath, cannot breathe, not breathing, isnt breathing, stopped breathing, no air,
        cant get air, cant get enough air, struggling to breathe, fighting for air, gasping for air, hardly
        breathing, barely breathing, short of breath, cant catch my breath, cant catch her breath, cant catch
        his breath, throat closing, throat is closing, throat closing up, throat swelling, no sound, cant cough,
        cant make a sound, cant finish a sentence, stuck in throat, stuck in his throat, stuck in her throat,
        stuck in my throat, went down the wrong way, wont come up, clutching neck, clutching throat, doesnt
        breathe, wont breathe, breathing funny, breathing weird, breathing fast, hard to breathe, ribs sucking
        in, cant get it out""",
    "COLOUR": """blue, purple, grey, gray, ashen, white as a sheet, pale, clammy, cold sweat, sweating, sweaty, drenched,
        grey as ash, yellow, mottled, drained, ghostly""",
    "PAIN": """pain, hurt, hurts, hurting, ache, aching, agony, agonising, crushing, squeezing, tight, tightness,
        tightening, pressure, stabbing, tearing, ripping, thunderclap, worst headache, worst pain, worst ever,
        unbearable, excruciating, vice, elephant, burning, heavy, doubled over, rigid, hard as a board,
        screaming in pain, killing me, sharp pain, sitting on, standing on""",
    "BLOOD": """blood, bleed, bleeding, bled, bleeds, gushing, spurting, pouring, squirting, haemorrhage, hemorrhage,
        soaked, soaking, claret, clots, coughing up, throwing up blood, vomiting blood, dripping, pumping out,
        pool of blood, blood everywhere, tourniquet""",
    "WONTSTOP": """wont stop, not stopping, isnt stopping, doesnt stop, cant stop, keeps coming, keeps going, still going,
        still bleeding, through the towel, through towels, hasnt stopped, wouldnt stop, nonstop, non stop,
        getting worse, worse, everywhere, spreading""",
    "WOUND": """cut, sliced, slit, gash, gashed, stabbed, stab, shot, gunshot, bullet, severed, chopped, sawed,
        amputated, impaled, crushed, trapped, pinned, broken, snapped, fracture, hit by, run over, crash,
        crashed, accident, fell, fallen, fall, smashed, wound, ripped open, sticking out, bone, hanging off,
        deep, hit his head, hit her head, hit my head, came off, nail gun, chainsaw, knocked down, head first,
        off the roof, off a ladder, down the stairs, flipped, overturned, bitten, mauled""",
    "SEIZE": """seizure, seizing, fit, fitting, convulsing, convulsion, shaking, jerking, twitching, spasm, foaming,
        foam, frothing, thrashing, stiff, having a fit, epileptic, epilepsy, juddering, jerk""",
    "VOMIT": """vomit, vomiting, vomited, throwing up, threw up, puking, sick, being sick, retching, chucking up,
        heaving""",
    "FEVER": """fever, temperature, temp, burning up, hot, boiling, rash, spots, dots, purple, blotches, stiff neck,
        glass test, dont fade, doesnt fade, wont feed, not feeding, isnt feeding, no wet nappies, soft spot,
        fontanelle, wont latch, floppy, sunken""",
    "SWELL": """swell, swelling, swelled, swollen, puffed, puffy, ballooned, balloon, hives, welts, huge, closing,
        closing up, tingling, itchy throat, blown up, closed up""",
    "ALLERGEN": """peanut, nut, nuts, prawn, shrimp, shellfish, bee, wasp, sting, stung, allergic, allergy, epipen,
        anaphylaxis, anaphylactic, sesame, penicillin, hornet, crab, cashew, walnut""",
    "HEARTATT": """asthma attack, anaphylaxis, meningitis, heart attack husband, bypass, sepsis, crushing chest pain, heart
        attack, cardiac, cardiac arrest, stroke, aneurysm, mini stroke, tia, angina, palpitations, racing,
        pounding, septic, fluttering""",
    "SUGAR": """sugar, insulin, diabetic, diabetes, hypo, glucose, meter, type 1, type one, t1, ketones, ketone, blood
        sugar, pump, dka, glucagon, cgm, dexcom""",
    "PREG": """pregnant, weeks, waters, water broke, waters broke, contractions, labour, labor, cord, crowning, baby
        coming, bleeding down, bump, midwife, trimester, hasnt moved, not kicked, postpartum, placenta, bub,
        gave birth, giving birth, push""",
    "BURN": """burn, burnt, burned, scald, scalded, boiling water, boiling oil, hot oil, kettle, blister, blistering,
        peeling, charred, on fire, caught fire, petrol, acid, flames, flame, skin coming off, chemical, lye,
        fireworks, steam""",
    "FIRE": """fire, smoke, smoky, flames, gas, gas leak, smell gas, smells of gas, carbon monoxide, co alarm, alarm,
        boiler, rotten eggs, generator, fumes, explosion, exploded, sparks, smoke alarm, barbecue, charcoal,
        hissing""",
    "ELECTRIC": """electric, electrocuted, electrocution, shock, shocked, socket, wire, mains, zapped, lightning, live
        wire, cable, plug, fuse box, current, power line, volts, outlet, fried""",
    "WATER": """drown, drowned, drowning, pool, underwater, under water, sea, river, lake, pond, bath, went under,
        swept, waves, surf, bathtub, canal, hot tub, pulled out, fished out, went through the ice, current,
        riptide, tide""",
    "HEAT": """heatstroke, heat stroke, stopped sweating, hot car, sun, degrees, 40 degrees, sauna, hypothermia,
        freezing, frozen, shivering, frostbite, locked in the car, stopped shivering, snow, avalanche,
        overheated, marathon, desert, heat""",
    "ANIMAL": """snake, snakebite, spider, jellyfish, viper, adder, rattlesnake, cobra, scorpion, bit, bitten, bite,
        fangs, dog bit, box jelly, stingray, rabid, bat, redback, widow""",
    # --- Poison and overdose
    "SUBST": """bleach, antifreeze, cleaner, drain cleaner, detergent, pods, pod, dishwasher tablet, battery, button
        battery, pesticide, weedkiller, weed killer, rat poison, poison, poisoned, petrol, paint thinner, white
        spirit, turps, mushroom, mushrooms, berries, toilet cleaner, ammonia, acid, lamp oil, methanol, perfume,
        hand sanitiser, nail polish remover, insecticide, slug pellets, chemical, foxglove, oleander, yew,
        mothballs, magnet, magnets, glue, rubbing alcohol, caustic, descaler, disinfectant, dettol, liquid""",
    "DRUG": """pills, pill, tablets, tablet, paracetamol, tylenol, ibuprofen, aspirin, meds, medication, sleeping,
        sleeping pills, sleeping tablets, antidepressants, sertraline, xanax, valium, benzo, benzos, opioid,
        oxy, oxys, oxycodone, fentanyl, fent, heroin, methadone, morphine, coke, cocaine, mdma, molly, ecstasy,
        ket, ketamine, ghb, meth, edibles, vodka, whisky, bottle, booze, drunk, packet, box, blister pack,
        blister packs, amitriptyline, beta blockers, patches, warfarin, iron tablets, nitrous, percs, percocet,
        codeine, blood pressure tablets, lithium, needle, naloxone, narcan, panadol, zopiclone, gabapentin,
        pregabalin, quetiapine, trazodone, metformin, digoxin""",
    "SWALLOW": """swallow, swallowed, drank, drunk, drink, sipped, ate, eaten, eat, took, taken, takes, necked, downed,
        ingested, licked, chewed, sprayed, inhaled, breathed in, overdose, overdosed, od, oding, odd, popped,
        snorted, injected, shot up, double dose, doubled, gulped, mixed, mixing, got into, swigged, a mouthful,
        washed down, scoffed, bolted, spiked""",
    "MANY": """whole, entire, all of, handful, handfuls, loads, too many, too much, 20, 30, 40, 50, twenty, thirty,
        forty, fifty, the lot, every single, whole box, whole bottle, whole packet, empty, empty packet, half a
        bottle, lots of, entire bottle, bunch of""",
    # --- Self-harm
    "DIE": """given the cat, least painful, painless, quickest way, way to end, end it fast, finish it, not going to
        be here, wont be around, wasnt around, wrote letters, goodbye letter, said my goodbyes, stopped
        fighting, tired of living, dont want to live, doesnt want to live, doesnt want to be here, wants to die,
        wont see tomorrow, seeing morning, the water looks, wrong side of, on the edge, sleep and not wake, cant
        see a way, kill myself, killing myself, end it, end it all, end my life, ending it, take my own life,
        suicide, suicidal, die, dying, dead, death, want to die, wanna die, unalive, kms, not be here, dont want
        to be here, dont want to wake up, not wake up, better off without me, better off dead, no reason to
        live, cant go on, cant do this anymore, cant do it anymore, noose, cut myself, cutting myself, hurt
        myself, hurting myself, harm myself, self harm, checking out, ctb, sleep forever, wont be here, train
        tracks, not be around, wont matter, sleep and never, catch the bus, done with life, done living, done
        with everything""",
    "OMEN": """letters, note, final, tonight, last night, plan, bridge, ledge, roof, railing, goodbye, goodbyes,
        farewell, jump, cutting, garage, hose, cupboard, decided, have decided, ive decided, everything is
        ready, everythings ready, tracks, platform, overpass, be with, the end, disappear, hanging, without me,
        written to, given my, burden, been planning, pay out, will be over, be over soon, blade, rope, razor, be
        gone, give up, given up, no point, had enough, gun, pistol, hang, look after my, signing off, papers in
        order""",
    # --- What tells an everyday complaint from one that cannot wait
    "LASTING": """for years, for months, for weeks, for ages, for ever, for a week, for a month, for a fortnight, two weeks, three
        weeks, week now, weeks now, third week, since spring, since summer, since autumn, since winter, always, usual,
        as usual, my usual, as always, like always, like every, same as, the same as, every day, every night, every
        morning, every evening, every afternoon, every month, every winter, every autumn, every time, most days, most
        nights, most evenings, all day, all the time, lately, again, on and off, comes and goes, now and then, sometimes,
        once in a while, from time to time, in the mornings, in the morning, in the evening, in the evenings, at night,
        since birth, runs in the family, chronic, acting up, playing up, flared up, flare up, flare, nothing new, whenever,
        when it rains, in winter, in summer, since the weekend, since monday, since tuesday, since wednesday, since
        thursday, since friday, since saturday, since sunday, since yesterday, days now, few days, couple of days, has
        had that, have had that, bout of, long standing""",
    "EASING": """gone by, goes away, go away, went away, wears off, wore off, eases off, eases, easing, helps, helping, helped,
        loosens, gets better, got better, getting better, bit better, feel better, feels better, better now, better today,
        better than, much better, nearly gone, almost gone, on the mend, gone down, went down, goes down, is down, come down,
        overnight, next day, hurts less, less each day, hardly visible, calmed down, stopped after, stopped with, stops
        when, healing, healed, healed nicely, went well, is over, over the, getting over, came out, on his feet, good as
        new, back to normal, back to himself, back to herself, back to his, back to her, usual self, normal self, comes
        back, come back, coming back, for a minute, for a second, few seconds, some seconds""",
    "COPING": """can walk, can still walk, can work, can still work, can eat, can drink, eat and drink, eating and drinking,
        eating, drinking plenty, drinking fine, drinking well, eating fine, eating well, eats, plays, playing, playing
        happily, running about, running around, in good spirits, sleeps well, sleep alright, sleeping well, feel fine,
        feels fine, feels ok, feel ok, feel well, well otherwise, otherwise fine, otherwise well, otherwise ok, fine
        otherwise, nothing else, no other, nothing serious, nothing dramatic, no big deal, not too bad, not bad, not that
        bad, annoying, coping, manage, can manage, bearable, put weight, breathe fine, resting, keep it down, keep water
        down, had it checked, doctor knows, doctor said, midwife said, they said, found nothing, harmless, usual
        tablets, her tablets, his tablets, well controlled""",
    "SMALL": """cold, common cold, sniffle, sniffles, blocked nose, stuffy nose, stuffed up, bunged up, runny, phlegm, hoarse,
        scratchy, sore, achy, aches, stiff, stiffness, crick, creak, clicks, twinge, twinges, twitching, itch, itchy, itches,
        rash, dry, cracked, chapped, flaky, dandruff, eczema, psoriasis, acne, spots, wart, warts, verruca, corn, bunion,
        bunions, stye, blister, bruise, bump, splinter, hangnail, ingrown, nits, lice, teething, nappy rash, cradle cap,
        chickenpox, conjunctivitis, pinkeye, thrush, cystitis, bladder infection, wax, ear wax, popping, tinnitus, ulcer,
        cold sore, bloated, gassy, wind, gas pains, constipated, constipation, loose stools, loose stool, diarrhoea,
        diarrhea, the runs, upset stomach, heartburn, reflux, indigestion, nausea, queasy, morning sickness, travel
        sick, hiccup, burping, snores, snoring, sprain, sprained, strained, pulled, twisted, cramp, cramps, shin splints,
        tennis elbow, sciatica, arthritis, gout, varicose, piles, haemorrhoids, migraine, tension headache, hangover, jet
        lag, hay fever, pollen, sunburn, sunburnt, mosquito bite, insect bite, run down, under the weather, poorly, off
        my food, tired, knackered, wiped out, flu, tummy bug, sore throat, cough, temperature""",
    "STRAIN": """after work, after sport, after running, after jogging, after the gym, after lifting, after gardening, after
        training, after the hike, after sitting, after a shift, after a long day, after eating, after dinner, after
        food, after big meals, after milk, after the jab, after the flu jab, jogging, running, marathon, football, tennis,
        yoga, squats, push ups, weights, gym, bike, cycling, rides, swimming, training, garden, moving house, boxes,
        shopping, desk, computer, screen, screens, typing, office, shoes, trainers, stairs, hills, bend, kneel, lift my
        arm, when i move, when i press, when i walk, when i stand, when i stretch, stand up too, get up too, getting up,
        slept funny, sleeping funny, slept badly""",
    "SUDDEN": """sudden, suddenly, all of a sudden, all at once, out of nowhere, out of the blue, came on, worst, worst ever,
        never had, never been like this, not like other times, unlike, by the minute, within the hour, within minutes,
        an hour ago, minutes ago, getting worse, worse and worse, rapidly, unbearable, terribly, severe, hardly, barely,
        just wants to sleep, drowsy, sleepy, hard to wake, new confused, very confused, soaked through, so hard, wont feed,
        wont drink, wont eat, no wet nappy, faint, fainted, near faint, nearly fainted, feel faint, drooling""",
    # --- Violence
    "VIOLENCE": """boot of a car, took my phone, took my keys, took my passport, locked me in, kerosene, finish what he
        started, wont let me go, said he will kill, hunting me, broke the door, kicking the door, screaming next
        door, screaming for help, black eye, hit, hitting, hits, beat, beating, beats, punched, punching,
        kicked, kicking, strangled, strangling, choked me, choking me, hurt me, hurting me, threatening,
        threatened, threatens, threat, attack, attacked, attacking, rape, raped, assaulted, assault, abuse,
        abusing, following me, followed, stalking, break in, breaking in, broke in, broken in, smashing,
        banging, intruder, burglar, kidnapped, locked me, locked in, wont let me leave, wont let me out, mugged,
        robbed, robbery, grabbed, dragged, shoved, slapped, swinging, hands round, hands on, kill me, kill us,
        hiding, locked, 911, 999, groomed, hostage, drugged, spiked""",
    "PLACE": """door, outside, keys, lock, closet, wardrobe, taken, police, follow, pour, belt, smash, force, forced,
        hide, pinned me, in the boot""",
    "WEAPON": """knife, gun, bat, hammer, machete, weapon, axe, blade, bottle, crowbar, pistol, rifle, screwdriver,
        shooter, shooting, gunshots, shots, bomb, acid""",
    # --- Now, and asking
    "NOW": """now, right now, just now, just, minute, minutes, mins, min, ago, seconds, secs, half an hour, an hour,
        hour ago, this morning, still, suddenly, sudden, all of a sudden, out of nowhere, currently, at the
        moment, today, tonight, immediately, asap, quick, quickly, hurry, fast, since breakfast, since lunch,
        moment ago, already, as i type, second ago""",
    "ASK": """help, help me, help us, please, pls, plz, what do i do, what do we do, wat do i do, what should i do,
        what now, do i call, should i call, should i ring, call, ring, ambulance, 911, 999, 112, 000, paramedic,
        paramedics, hospital, er, a and e, emergency, sos, omg, scared, freaking out, frightened, panicking,
        terrified, idk what to do, dont know what to do, should we, urgent, urgently, wait, can it wait, is that
        bad, is that normal, is it normal, should i be worried, am i ok, anyone""",
    "KEEP": """keeps, keep, getting, going, coming, spreading, turning, turned, gone, went, started, become, becoming""",
    # --- What says that nobody needs help now
    "NEG": """not, no, isnt, wasnt, arent, dont, doesnt, didnt, never, nobody, nothing, without, havent, hasnt, none,
        wont, neither, nor, aint, no one, cannot, cant""",
    "FINE": """not dangerous, isnt cancer, nothing dangerous, home from hospital, sent him home, sent her home, lively,
        no thoughts of, im safe, im ok tho, great support, without problems, fine, ok, okay, all good, all
        clear, safe, sorted, alright, recovered, recovering, better, healed, stopped, settled, discharged, ruled
        out, cleared, false alarm, stable, no worries, dont worry, not urgent, no rush, no emergency, not an
        emergency, just curious, just wondering, out of curiosity, normal, well now, back home, perfectly, minor""",
    "PAST": """last year, last month, last week, years ago, year ago, months ago, weeks ago, days ago, yesterday, in
        2019, in 2020, in 2021, in 2022, in 2023, in 2024, when i was, used to, history of, previously, once,
        back then, in the past, survived, had a, since then, childhood, anniversary, as a kid, as a child, long
        ago, decades ago, a while ago, last summer, last winter, last spring, last christmas, back in, in
        hospital last, the other day""",
    "FICTION": """film, movie, book, novel, story, character, episode, series, show, game, play, drama, tv, netflix,
        scene, chapter, script, screenplay, lyrics, song, anime, manga, minecraft, sims, sim, villain, hero,
        protagonist, plot, season, actor, write, writing, essay, poem, documentary, podcast, fanfic, d and d,
        dnd, dungeon, roleplay, level, boss, npc, player, comic, opera, shakespeare, romeo, titanic, quiz,
        crossword, homework, assignment, thriller, author, read, reading, watched, watching, soap, tiktok, fic,
        oc, campaign""",
    "FIGURE": """dying of laughter, die laughing, cud die, could die, killing my vibe, halloween, makeup, fake blood,
        larp, attacked by a mosquito, drama queen, brain dead, mortified, dying of, dying to, killing me, dead
        tired, bored to death, to death, scared to death, lol, lmao, haha, hahaha, rofl, literally,
        figuratively, joke, joking, kidding, jk, exam, deadline, boss, meeting, wifi, phone, laptop, battery
        died, car, team, sale, price, prices, budget, wallet, workout, gym, diet, monday, traffic, heartbroken,
        hangover, spreadsheet, printer, server, code, app, bank, account, password, bill, match, league,
        playlist, stomach butterflies, hungry, starving, boring, bored, embarrassed, cringe, shoes, party,
        fashion, hot take, slaps, killed it, smashed it, nailed it""",
    "KNOW": """what is, what are, whats the difference, what causes, why does, why do, why is, how does, how do, how
        many, how much, how long does, how long do, how common, signs of, symptoms of, difference between,
        define, definition, meaning of, explain, history of, statistics, percentage, percent, is it true, can
        you explain, who invented, where does, which vaccine, recommended, risk, risks, prevent, prevention,
        treat, treated, treatment, course, learn, training, certificate, class, teach, first aid, kit, first aid
        kit, study, theory, curious, wondering, generally, tell me about, average, usually, typically, people,
        safe to, how is, does it, can you, is there, which, rate""",
    "HYP": """if, in case, suppose, what if, would, could, hypothetically, hypothetical, should someone, should
        somebody, were to, planning, trip, prepare, in theory, imagine, ever, happens if, what happens, let us
        say, lets say, whenever, one day, in future, future, just in case""",
    "SERVICE": """appointment, booking, book, insurance, cover, covered, coverage, cost, bill, fee, price, prescription,
        refill, opening hours, open, hours, number for, where is, nearest, address, portal, form, update,
        change, contact, reschedule, cancel, card, application, refund, order, delivery, warranty, leaflet,
        referral, gp, dentist, vet, waiting list, copay, medicaid, nhs, records, volunteer, donate, donation,
        clinic, department, visiting hours, parking, job, hotline work, service, certificate, policy, register,
        sign up, login, claim, receipt, subscription""",
    "MILD": """mild, slight, slightly, a bit, bit of, little, tiny, small, paper cut, scraped, scrape, graze, grazed,
        bruise, cold, cough, runny nose, sore throat, headache after, itchy, sunburn, hiccups, pimple, mosquito,
        sneezing, blister, splinter, stubbed, cramp, cramps, period, hayfever, heartburn, tired, stiff, sore,
        plaster, antiseptic, cream, syrup, remedy, home remedy, tips, calamine, aloe, days, for three days,
        couple of days, few days""",
    "FEEL": """sad, lonely, down, low, stressed, stress, anxious, anxiety, overwhelmed, burnt out, burned out, nervous,
        worried, upset, homesick, grieving, grief, miss, breakup, therapist, therapy, counsellor, counselling,
        mood, feel, feeling, sleep, insomnia, motivation, cry, crying, meditation, journaling""",
}  # fmt: skip
