"""What gives languages with Latin letters away: words of every sentence, letters and spellings of their own."""

WORDS = {
    "en": "the be to of and a in that have i it for not on with he as you do at this but his by from they we say her she "
    "or an will my one all would there their what so up out if about who get which go me when make can like no just him "
    "know take into your good some could them see other than then now only its also after use two how our first well way "
    "even want because any these give most us is are was were been has had did does am i'm it's don't can't won't where "
    "why please thanks thank hello hi hey need help order yes should im dont cant whats cancel order would",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat "
    "dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr "
    "durch man sein wurde sei ich du wir ihr mich mir dir uns euch mein meine meinen meiner kann können möchte will bitte "
    "danke hallo wo wann warum was wer welche gibt habe bin bist kein keine nein ja guten tag ihre ihnen ob doch schon "
    "heute morgen wenn dann da hier mal etwas vielen dank meinem bestellung",
    "fr": "le la les de des du un une et est en que qui dans pour pas sur au avec ce il elle je nous vous ils elles ne se "
    "plus par mais ou où son sa ses leur cette ces aux été sont avoir être fait comme tout si mon ma mes votre vos notre "
    "j'ai c'est l'a d'un d'une qu'il n'est quel quelle comment quand pourquoi bonjour merci oui non suis peux puis voudrais "
    "veux avez peut bien très aussi y a-t-il s'il plaît ça moi toi lui beaucoup salut bonsoir annuler aide besoin",
    "es": "el la los las de del un una y es en que por para no con se su al lo como más pero sus le ya o este sí porque "
    "esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros "
    "ese eso ante ellos e esto mí antes algunos qué unos yo otro otras otra él tanto esa estos mi mis tu tus te dónde cómo "
    "cuándo cuál quiero puedo tengo necesito gracias hola por favor buenos días está están estoy soy son mucho hacer puede "
    "quisiera cuánto muchas muchos buenas ayuda quiere",
    "it": "il lo la i gli le di del della dei delle un una uno e è in che per non con si su al alla da come più ma sono ha "
    "ho hai mi ti ci vi ne anche questo questa se o dove quando perché chi cosa quale come sto sei siamo mio mia miei tuo "
    "suo nel nella dal dalla sul molto bene grazie ciao buongiorno vorrei posso puoi può devo voglio c'è l'ho dell'ordine "
    "quanto tutto fare essere stato era aiuto mie mille buonasera annullare mi serve ordine",
    "pt": "o a os as de do da dos das um uma e é em no na que por para não com se seu sua ao mais como mas foi ele ela ou "
    "ser quando muito há nos já está eu também só pelo pela até isso entre era depois sem mesmo aos ter seus quem nas me "
    "esse eles estão você tinha foram essa num nem suas meu minha às meus têm numa pelos qual onde como quero posso "
    "preciso obrigado obrigada olá bom dia por favor gostaria tenho estou sou meu vocês fazer quanto tem muita quer ajuda obrigados boa tarde noite",
    "nl": "de het een en van in is dat op te zijn met voor niet die aan er om ook als dan maar bij of uit nog naar heeft "
    "hij ze wordt door wat over worden deze kan geen tot was ik je jij wij we u mijn jouw uw mij hoe waar wanneer waarom "
    "wie welke wil graag bedankt hallo dank alstublieft heb ben bent kunnen moet moeten zou mag dit daar hier nu al wel "
    "goed goedemorgen zo veel hartelijk hulp bestelling nodig",
    "sv": "och i att det som en på är av för med den till inte om ett har de så jag men var sig från vi kan när man nu "
    "eller ska hur min mitt mina din du ni er oss mig dig han hon vad var varför vem vilken vill tack hej snälla inte "
    "behöver skulle finns också bara där här min kommer få göra mycket tackar avsluta beställning",
    "da": "og i at det som en på er af for med den til ikke om et har de så jeg men var sig fra vi kan når man nu eller "
    "skal hvordan min mit mine din du jer os mig dig han hun hvad hvor hvorfor hvem hvilken vil tak hej venligst gerne "
    "brug også kun der her kommer få gøre være blive noget",
    "nb": "og i at det som en på er av for med den til ikke om et har de så jeg men var seg fra vi kan når man nå eller "
    "skal hvordan min mitt mine din du dere oss meg deg han hun hva hvor hvorfor hvem hvilken vil takk hei gjerne trenger "
    "også bare der her kommer få gjøre være bli noe",
    "fi": "ja on ei se että oli en hän mutta ovat kun niin kuin myös mitä jos tai sen olen minä sinä me te he minun sinun "
    "tämä tuo mikä missä milloin miksi kuka miten voin voinko haluan haluaisin kiitos hei moi ole olet onko voi nyt vain "
    "kaikki kanssa sitten tarvitsen ole hyvä paljon tilaus tilaukseni apua",
    "pl": "i w na z do się nie to że jest jak o co po ale od za czy tak dla przez ja ty my wy oni mi mnie mój moja moje "
    "twój jego jej ich ten ta te tego tej gdzie kiedy dlaczego kto jaki jaka chcę mogę proszę dziękuję dzień dobry cześć "
    "jestem są był była być już tylko może bardzo mam masz ma ze we pan pani potrzebuję",
    "cs": "a v na se je že s z do o i to jak pro ale by po od za jsem jsi jsou byl byla být k ve mi mě můj moje moje váš "
    "ten ta kde kdy proč kdo jaký jaká chci mohu můžu prosím děkuji dobrý den ahoj není co tak už jen také nebo při mám "
    "máte bych potřebuji jste",
    "tr": "ve bir bu da de için ile çok o ne var mı mi mu mü gibi daha ama en ben sen biz siz onlar benim senin bana sana "
    "nasıl nerede ne zaman neden kim hangi istiyorum lütfen teşekkürler merhaba evet hayır değil olarak kadar sonra şu "
    "her ki ya yok olan nedir siparişim ederim teşekkür etmek istiyor nerede yardım iptal",
    "id": "yang di dan itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka lebih "
    "kata tahun sudah atau saat oleh menjadi orang ia telah adalah seperti sebagai bahwa dapat kami kita kamu anda apa "
    "bagaimana mana kapan mengapa siapa mau ingin tolong terima kasih halo selamat pesanan belum apakah",
    "vi": "và của là có không được cho một các những trong tôi bạn với này đó khi để người từ đã như nhưng về ở ra thì "
    "làm gì sao nào đâu bao giờ ai muốn xin cảm ơn chào vui lòng hàng đơn em anh chị rất cần hỏi",
    "ro": "și de la în a cu pe un o nu este că se din pentru mai sunt care ce ca fi să am ai are au eu tu noi voi ei mea "
    "meu mele tău unde când cum de ce cine vreau pot mulțumesc bună ziua salut vă rog da dar sau dacă fost foarte comanda "
    "aș dori",
    "hu": "a az és nem hogy is egy ez van de meg csak volt mint már még ha el vagy én te mi ti ő nekem hol mikor miért ki "
    "mi hogyan szeretnék tudok köszönöm kérem jó napot szia igen nagyon lesz kell az én ezt azt itt ott rendelésem",
}

LETTERS = {
    "de": "äöüß",
    "fr": "éèêçàùûîôëïœ",
    "es": "ñáíóúé¿¡ü",
    "it": "àèìòùé",
    "pt": "ãõçáâêôéíóúà",
    "sv": "åäö",
    "da": "åæø",
    "nb": "åæø",
    "fi": "äö",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "tr": "çğıöşü",
    "vi": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹàáèéìíòóùúýãõ",
    "ro": "ăâîșțşţ",
    "hu": "áéíóöőúüű",
}

SPELLINGS = {
    "en": "th wh ght ing ough ould 're 'll ck sh ee oo ly",
    "de": "sch ich ein ung ei ck tz ch eit lich kei",
    "fr": "eau oux tion ou eux ique aient qu' l' d' ais oi",
    "es": "ción ll ue dad rr mente ñ qui que ies",
    "it": "zione gli cch zz gn sci chi ell tto tta ssi",
    "pt": "ção ões nh lh ão inh ei ou",
    "nl": "ij aa ee oo uu sch eij lijk gg heid",
    "sv": "sk ck ll tt ä ande ning skt ör",
    "da": "hv ej øj ge de lig tion ød",
    "nb": "hv ei øy kj sj lig sjon øk",
    "fi": "aa ää ii kk ll nn tt ss uu ssa sta lla en",
    "pl": "sz cz rz dz ie ow ki prz ych ść",
    "cs": "ou ch ří ova ní ště ů",
    "tr": "yor lar ler iyor sun niz ım dır",
    "id": "ng ny kan meng ber per nya ter men",
    "vi": "ng nh th kh tr ph",
    "ro": "ul lui ea ii esc oare ți",
    "hu": "sz gy cs zs ly ek ok nek ság",
}
