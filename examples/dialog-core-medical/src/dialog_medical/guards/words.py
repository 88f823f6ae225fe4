"""Words that claims are made of, as regular expressions: illnesses, medicines, amounts, how often."""

ILLNESS = (
    r"(?:\w+(?:itis|osis|oma|emia|aemia|pathy|algia|plegia|phobia)|(?:\w+ )?(?:syndrome|disease|disorder|"
    r"infection|cancer|"
    r"tumou?r|poisoning|fracture|failure|attack|deficiency)s?|migraines?|flu|influenza|(?:a |the |common )cold|"
    r"covid(?:-19)?|"
    r"chicken ?pox|measles|mumps|shingles|scabies|depression|diabetes|asthma|epilepsy|stroke|gout|ulcers?|"
    r"(?:kidney |gall ?)?stones?|gallstones|hernia|allergy|eczema|malaria|lupus|dementia|autism|anxiety|hypertension|"
    r"high blood pressure|irritable bowel|reflux|h(?:a)?emorrhoids|concussion|angina|sepsis|parkinson'?s|alzheimer'?s|"
    r"crohn'?s|multiple sclerosis|tonsillitis|pneumonia|hepatitis)"
)
DRUG = (
    r"(?:\w{2,}(?:cillin|prils?|sartan|olol|statins?|azole|mycin|profen|floxacin|dipine|gliptin|formin|oxetine|zepam|caine|"
    r"codone|cycline)|statins?|paracetamols?|acetaminophen|tylenol|aspirins?|antibiotics?|insulin|warfarin|steroids?|"
    r"cortisone|prednisone|antidepressants?|antihistamines?|painkillers?|blood thinners?|diuretics?|laxatives?|"
    r"opioids?|"
    r"morphine|codeine|medicines?|medications?|meds|tablets?|pills?|capsules?|syrup|antacids?|supplements?|"
    r"vitamins? [a-e]\d*|"
    r"inhalers?|blood pressure tablets?|sertraline|lithium|levothyroxine)"
)
UNIT = (
    r"(?:mg|milligrams?|mcg|µg|μg|micrograms?|ml|millilit(?:re|er)s?|iu|units?|drops?|puffs?|teaspoons?|"
    r"tablespoons?|tablets?|pills?|capsules?)"
)
NUMBER = r"(?:\d+(?:[.,/]\d+)?|half an?|one|two|three|four|five|six|eight|ten|a dozen)"
OFTEN = (
    r"(?:(?:once|twice|three times|four times|\w+ times|\d+ ?x) (?:a|per|every|each|in a) ?(?:day|night|week)|"
    r"(?:once|twice|three times|"
    rf"four times) daily|every (?:{NUMBER} )?(?:to {NUMBER} )?(?:hours?|hrs?)|(?:in|within|per|a) 24 hours|a "
    rf"day is enough)"
)

ILLNESS_ZH = (
    r"(?:[一-鿿]{1,6}(?:炎|癌|瘤|结石|综合征|综合症|溃疡|过敏|突出|感染|病|症|疹|疱疹|骨折|中毒|衰竭|梗死|梗塞)|感冒|流感|新冠|心梗|脑梗|溃疡|水痘|麻疹|"
    r"疥疮|湿疹|哮喘|癫痫|中风|痛风|偏头痛|高血压|糖尿病|抑郁症|癌症|肿瘤|疝气|痔疮|过敏)"
)
DRUG_ZH = (
    r"(?:[一-鿿]{0,4}(?:西林|霉素|沙星|他汀|洛尔|普利|地平|沙坦|双胍|拉唑|替丁)|布洛芬|对乙酰氨基酚|扑热息痛|阿司匹林|"
    r"头孢|抗生素|消炎药|胰岛素|华法林|氯雷他定|激素|降压药|退烧药|止痛药|抗抑郁药|安眠药|感冒药|[一-鿿]{0,3}药(?!物|师|店|房|品)|吸入剂|中药|降糖药)"
)
UNIT_ZH = r"(?:毫克|微克|毫升|mg|mcg|ml|克|片|粒|滴|支|勺|袋|丸|个?单位)"
NUMBER_ZH = r"(?:\d+(?:\.\d+)?|[一二两三四五六八十半]+)"
OFTEN_ZH = (
    r"(?:每[日天]|[一]日[一二两三四1-4]|每天[一二两三四1-4](?:次|回|片|粒)|每天\S{0,4}就够|"
    r"\S?小时[一1两]次|每次|每顿|一次)"
)
